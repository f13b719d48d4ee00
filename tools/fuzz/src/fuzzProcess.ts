import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Format } from './format.js';
import { formats } from './formats.js';
import { fuzzFormat } from './fuzzFormat.js';

// fuzzProcess.js FORMAT COUNT SEED FIRST FOLDER: damages files of one format, and prints what became of each as a line of JSON.
// What must not be is left in the folder.
const [name = '', count, seed, first, folder = ''] = process.argv.slice(2);
for await (const attempt of fuzzFormat(formats[name] as Format, Number(count), Number(seed), Number(first))) {
  const { number, outcome, message, bytes } = attempt;
  if (bytes !== undefined) {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${name} ${seed} ${number}`), bytes);
  }
  process.stdout.write(`${JSON.stringify({ number, outcome, message })}\n`);
}

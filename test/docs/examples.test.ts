import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { Table, tableFromIPC, tableToIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mnistArrow, TEST } from '../../apps/quickstart/src/mnistArrow.js';
import { compile } from '../compile.js';
import { root, sourceFiles } from '../repository/files.js';
import { extractExamples } from './extractExamples.js';
import { newSandbox } from './sandbox.js';

const examples = sourceFiles('**/*.md').flatMap((file) =>
  extractExamples(readFileSync(file, 'utf8')).map(({ line, code }) => {
    const place = `${relative(root, file)}:${line}`;
    // Blank lines in front: errors are reported on the lines of the page.
    return { place, name: place.replaceAll(/\W/g, '-'), code: '\n'.repeat(line - 1) + code };
  }),
);

/** Pictures of one place. */
const FLOWERS = {
  rose: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAADElEQVQImWP4z+AAAANBAUBVGEqVAAAAAElFTkSuQmCC',
  tulip:
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAADElEQVQImWP4f4EBAAShAdChSXObAAAAAElFTkSuQmCC',
};

/** The command that docs/events.md begins with, in short. */
const TRAIN_INCOME = [
  'node_modules/fluxion/bin/fluxion.js',
  ...['train', 'people.csv', '--target', 'income', '--out', 'runs/income'],
  ...['--epochs', '3', '--quiet', '--no-report'],
];

describe('the programs in the documentation', () => {
  let sandbox: string;
  let errors: string[];

  beforeAll(async () => {
    sandbox = await newSandbox();
    await Promise.all(examples.map(({ name, code }) => writeFile(join(sandbox, `${name}.ts`), code)));
    await writeDigits(sandbox);
    await writeFile(join(sandbox, 'people.csv'), people());
    await promisify(execFile)('node', TRAIN_INCOME, { cwd: sandbox });
    for (const [flower, picture] of Object.entries(FLOWERS)) {
      await mkdir(join(sandbox, 'flowers', flower), { recursive: true });
      await writeFile(join(sandbox, 'flowers', flower, '1.png'), Buffer.from(picture, 'base64'));
    }
    errors = compile(
      examples.map(({ name }) => join(sandbox, `${name}.ts`)),
      { skipLibCheck: true },
    );
  });
  afterAll(() => rm(sandbox, { recursive: true }));

  it('are there', () =>
    expect(examples.map(({ place }) => place)).toContainEqual(expect.stringMatching(/^README/)));

  it('have the right types', () => expect(errors).toEqual([]));

  it('run', async () => {
    await copyFile(new URL('./runAll.js', import.meta.url), join(sandbox, 'runAll.js'));
    const args = ['--enable-source-maps', 'runAll.js', ...examples.map(({ name }) => `./${name}.js`)];
    const { stderr } = await promisify(execFile)('node', args, { cwd: sandbox, maxBuffer: 2 ** 26 });
    expect(stderr).toBe('');
  });
});

/** A hundred real digits to train on and a hundred to test on, where the examples look for them. */
async function writeDigits(folder: string): Promise<void> {
  await mkdir(join(folder, 'data'));
  const [batch] = tableFromIPC(await readFile(await mnistArrow(TEST, folder))).batches;
  if (batch === undefined) throw new Error('the test digits of MNIST are an empty file');
  for (const [name, start] of [
    ['mnist-train.arrow', 0],
    ['mnist-test.arrow', 100],
  ] as const) {
    const bytes = tableToIPC(new Table(batch.slice(start, start + 100)), 'file');
    for (const place of ['.', 'data']) await writeFile(join(folder, place, name), bytes);
  }
}

/** A table as people have it: numbers, words, dates, gaps; who earns much is a matter of age, hours and city. */
function people(): string {
  const cities = ['Paris', 'Rome', 'Oslo'];
  const rows = Array.from({ length: 300 }, (_, i) => {
    const age = 18 + ((i * 7919) % 50);
    const hours = 20 + ((i * 31) % 30);
    const city = cities[(i * 17) % 3];
    const since = `20${10 + (i % 15)}-0${1 + (i % 9)}-1${i % 10}`;
    const income = age + hours + (city === 'Oslo' ? 20 : 0) > 85 ? 'high' : 'low';
    return [i % 23 === 0 ? '' : age, city, hours, since, income].join(',');
  });
  return `age,city,hours,since,income\n${rows.join('\n')}\n`;
}

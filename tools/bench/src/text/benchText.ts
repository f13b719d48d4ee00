import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { arrowTable, type Encoder, fitEncoder, type Source, tokens } from '@fluxion/data';
import { linear, sequential } from '@fluxion/layers';
import { softmaxCrossEntropy } from '@fluxion/loss';
import { sgd } from '@fluxion/optim';
import { examples, train } from '@fluxion/pipeline';
import { random } from '@fluxion/tensor';
import { tableFromArrays } from 'apache-arrow';
import { markdownTable } from '../pages/markdownTable.js';

const ROWS = 50_000;
const WORDS = 40;
const VOCABULARY = 100_000;

/**
 * Rows a second of logistic regression by SGD, one example at a time, on texts of 40 words: hashed to 2¹⁰ numbers, which the
 * model gets all, and to 2¹⁸, of which it gets those that are not zero. Beside it scikit-learn's HashingVectorizer and
 * SGDClassifier, where Python has them. Hashing counts in all of them.
 */
export async function benchText(): Promise<string> {
  const texts = makeTexts();
  const labels = texts.map((text) => (text.length % 2 === 0 ? 'even' : 'odd'));
  const source = arrowTable(tableFromArrays({ text: texts, label: labels }));
  const rows: (readonly (string | undefined)[])[] = [];
  for (const bits of [10, 18]) {
    const encoder = await fitEncoder(source, { target: 'label', columns: { text: tokens({ bits }) } });
    await speedOf(source, encoder);
    rows.push([`Fluxion, 2^${bits} features`, ...format(await speedOf(source, encoder))]);
  }
  rows.push(['scikit-learn, 2^18 features', ...format(await sklearn(texts, labels))]);
  return markdownTable([`texts of ${WORDS} words`, 'rows/s', 'rows/s of a processor'], rows);
}

/** Rows a second of the clock, and of the time that processors were at work. */
type Speed = readonly [wall: number, cpu: number];

function format(speed: Speed | undefined): (string | undefined)[] {
  return speed?.map((rows) => Math.round(rows).toLocaleString('en')) ?? [undefined, undefined];
}

/** Words by Zipf's law, as texts have them. */
function makeTexts(): string[] {
  const draws = random(1, 'words of the text benchmark');
  return Array.from({ length: ROWS }, (_, row) =>
    Array.from({ length: WORDS }, (_, i) => {
      const rank = Math.floor(VOCABULARY ** draws.uniform(row * WORDS + i));
      return `w${rank.toString(36)}`;
    }).join(' '),
  );
}

async function speedOf(source: Source, encoder: Encoder): Promise<Speed> {
  const model = sequential([linear(2)], { encoder, seed: 1 });
  const start = performance.now();
  const before = process.cpuUsage();
  await examples(source, { encoder })
    .pipe(train(model, { loss: softmaxCrossEntropy(), optimizer: sgd({ learningRate: 0.1 }) }))
    .forEach(() => {});
  const { user, system } = process.cpuUsage(before);
  return [(ROWS / (performance.now() - start)) * 1e3, (ROWS / (user + system)) * 1e6];
}

async function sklearn(texts: readonly string[], labels: readonly string[]): Promise<Speed | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'fluxion-bench-'));
  try {
    const file = join(folder, 'texts.json');
    await writeFile(file, JSON.stringify({ texts, labels }));
    const program = fileURLToPath(new URL('../../src/text/sklearnText.py', import.meta.url));
    for (const python of ['python3', '/usr/bin/python3']) {
      const { status, stdout } = spawnSync(python, [program, file], { encoding: 'utf8' });
      if (status === 0) return JSON.parse(stdout) as Speed;
    }
    return undefined;
  } finally {
    await rm(folder, { recursive: true });
  }
}

import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { saveModel } from '@fluxion/checkpoint';
import { arrowFile } from '@fluxion/data';
import { linear, sequential, tanh } from '@fluxion/layers';
import type { Json } from '@fluxion/tensor';
import { formatCount, formatPercent, formatSeconds } from '@fluxion/terminal';
import { learnDigits } from './learnDigits.js';
import { mnistArrow, SIDE, TEST, TRAIN } from './mnistArrow.js';
import { digitsReport } from './report/digitsReport.js';
import { writeWhole } from './writeWhole.js';

/** Passes over the training digits. */
const EPOCHS = 5;

/** What the `fluxion` command needs to know of the saved model, to evaluate it and to predict by it. */
const ABOUT: Json = {
  loss: 'softmaxCrossEntropy',
  inputs: { input: { columns: ['image'], scale: 1 / 255 } },
  target: { columns: ['digit'], kind: 'labels', scale: 1 },
  epochs: EPOCHS,
};

/** Exit code of a program that Ctrl-C has ended. */
const INTERRUPTED = 130;

/** `npm start`: MNIST as Arrow files, a network trained on them, the network and a page about it. */
async function main(signal: AbortSignal): Promise<void> {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const data = join(root, 'data');
  const trainFile = await mnistArrow(TRAIN, data);
  const testFile = await mnistArrow(TEST, data);

  console.log(`MNIST: ${formatCount(TRAIN.rows)} digits to learn from, ${formatCount(TEST.rows)} to test on`);

  const model = sequential([linear(100), tanh(), linear(10)], { inputShape: [SIDE * SIDE], seed: 1 });
  const digits = await learnDigits(model, {
    trainSource: arrowFile(trainFile),
    testSource: arrowFile(testFile),
    rows: TRAIN.rows,
    side: SIDE,
    epochs: EPOCHS,
    output: process.stdout,
    signal,
  });

  const folder = join(root, 'runs', 'mnist');
  const page = join(folder, 'report.html');
  await saveModel(join(folder, 'model'), model, ABOUT);
  writeWhole(page, new TextEncoder().encode(digitsReport(digits)));

  const { run, misread } = digits;
  const total = run.measured.rows;
  const correct = total - misread.length;
  const from = process.cwd();
  console.log(`network saved: ${relative(from, join(folder, 'model'))}`);
  console.log(
    `test accuracy ${formatPercent(correct / total)} (${correct} of ${total} digits), ${run.examples} examples in ${formatSeconds(run.seconds)}, report: ${relative(from, page)}`,
  );
}

const interruption = new AbortController();
process.once('SIGINT', () => interruption.abort());

main(interruption.signal).catch((error: unknown) => {
  if (interruption.signal.aborted) {
    console.error('stopped');
    process.exitCode = INTERRUPTED;
  } else {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
});

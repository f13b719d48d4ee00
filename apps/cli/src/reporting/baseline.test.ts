import type { Examples } from '@fluxion/data';
import type { Loss } from '@fluxion/graph';
import { linear, sequential } from '@fluxion/layers';
import { absoluteError, huber, poisson, softmaxCrossEntropy, squaredError } from '@fluxion/loss';
import { labels, tensor } from '@fluxion/tensor';
import { of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Task } from '../model/task.js';
import { targetCounts } from '../training/targetCounts.js';
import { measureBaseline } from './baseline.js';
import { resultWarning } from './warnings.js';

/** A model of one input that says `slope · x + bias`. */
function line(slope: number, bias: number) {
  const model = sequential([linear(1)], { inputShape: [1] });
  for (const parameter of model.parameters) {
    model.assign(parameter, [parameter.name.endsWith('bias') ? bias : slope]);
  }
  return model;
}

function taskOf(loss: Loss, classes?: number): Task {
  const examples = (): never => ({ encoder: {} }) as never;
  const output = { output: 'linear1', columns: ['y'], loss, classes, mean: 0, deviation: 1 };
  return { examples, columns: [], leftOut: [], outputs: [output] };
}

function numbers(x: readonly number[], y: readonly number[]): Examples {
  return {
    size: x.length,
    inputs: { input: tensor([...x], [x.length, 1]) },
    targets: { y: tensor([...y], [y.length, 1]) },
  };
}

const trained = numbers([0, 0, 0, 0], [1, 2, 3, 6]);
const measured = numbers([0, 1, 2, 3], [0, 3, 5, 8]);

async function baselineOf(loss: Loss, model = line(0, 3)) {
  const task = taskOf(loss);
  const counts = targetCounts(task);
  counts.add(trained);
  return measureBaseline(model, task, counts, of(measured));
}

describe('the baseline of numbers', () => {
  // The mean of those trained on is 3; those measured are -3, 0, 2 and 5 from it.
  it.each([
    ['squaredError', squaredError(), (9 + 0 + 4 + 25) / 2 / 4],
    ['huber', huber(), (2.5 + 0 + 1.5 + 4.5) / 4],
    ['poisson', poisson(), 3 - (16 / 4) * Math.log(3)],
  ] as const)('has the loss %s of always saying the mean', async (_, loss, expected) => {
    const { figures, rule } = await baselineOf(loss);
    expect(rule).toBe('always the mean');
    expect(figures.loss).toBeCloseTo(expected, 5);
  });

  it('is the median for a loss that is least there', async () => {
    const { figures, rule } = await baselineOf(absoluteError());
    expect(rule).toBe('always the median');
    // It is 2.5; those measured are 0, 3, 5 and 8.
    expect(figures.loss).toBeCloseTo((2.5 + 0.5 + 2.5 + 5.5) / 4, 5);
  });

  it('has the figures that a model has', async () => {
    const { figures } = await baselineOf(squaredError());
    expect(figures.mae).toBeCloseTo(2.5, 6);
    expect(figures.rmse).toBeCloseTo(Math.sqrt(38 / 4), 6);
    expect(figures.r2).toBeCloseTo(1 - 38 / 34, 6);
  });

  it('is not beaten by a model that says the mean, or hardly anything else', async () => {
    const warned = async (model: ReturnType<typeof line>) =>
      resultWarning(await baselineOf(squaredError(), model));
    expect(await warned(line(0, 3))).toMatch(
      /^this is no result: no better than the baseline, always the mean \(loss 4.750\)/,
    );
    expect(await warned(line(0, 3.001))).toMatch(/^this is no result/);
    expect(await warned(line(2.6, 0.1))).toBeUndefined();
  });

  it('gives the gain with its standard error', async () => {
    const { gain } = await baselineOf(squaredError(), line(0, 4));
    // Losses of the model are 8, 0.5, 0.5 and 8, those of the baseline 4.5, 0, 2 and 12.5.
    const differences = [-3.5, -0.5, 1.5, 4.5];
    const square = differences.reduce((sum, one) => sum + (one - 0.5) ** 2, 0);
    expect(gain.mean).toBeCloseTo(0.5, 5);
    expect(gain.standardError).toBeCloseTo(Math.sqrt(square) / 4, 5);
  });
});

describe('the baseline of classes', () => {
  it('has the entropy of the shares of those trained on', async () => {
    const model = sequential([linear(2)], { inputShape: [1] });
    const task = taskOf(softmaxCrossEntropy(), 2);
    const rows = (y: readonly number[]): Examples => ({
      ...numbers(
        y.map(() => 0),
        y.map(() => 0),
      ),
      targets: { y: labels([...y]) },
    });
    const counts = targetCounts(task);
    counts.add(rows([0, 0, 0, 1]));
    const { figures, rule } = await measureBaseline(model, task, counts, of(rows([0, 1])));
    expect(rule).toBe('always 0');
    expect(figures.loss).toBeCloseTo(-(Math.log(0.75) + Math.log(0.25)) / 2, 5);
    expect(figures).toMatchObject({ accuracy: 0.5, balancedAccuracy: 0.5, rocAuc: 0.5 });
  });
});

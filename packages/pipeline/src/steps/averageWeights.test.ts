import { softmaxCrossEntropy } from '@fluxion/loss';
import { sgd } from '@fluxion/optim';
import { OptionError, StateError } from '@fluxion/tensor';
import { tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { batches, newModel, run, values } from '../../test/training.js';
import { train } from '../train.js';
import { averageWeights } from './averageWeights.js';

const loss = softmaxCrossEntropy();

/** Trains a new model, and tells its parameters after each update. */
async function trained(options: { decay?: number; every?: number }, updates: number) {
  const model = newModel();
  const averages = averageWeights(model, options);
  const seen: number[][] = [];
  await run(
    batches(updates, 2).pipe(
      train(model, { loss, optimizer: sgd({ learningRate: 0.5 }) }),
      averages,
      tap(() => seen.push(values(model).flat())),
    ),
  );
  return { model, averages, seen };
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i], 12);
  });
}

describe('averageWeights', () => {
  it('is the plain mean with a decay of 1, and at first with any', async () => {
    for (const decay of [1, 0.999]) {
      const { model, averages, seen } = await trained({ decay }, 7);
      averages.exchange();
      expect(averages.updates).toBe(7);
      expectClose(
        values(model).flat(),
        seen[0].map((_, i) => seen.reduce((sum, each) => sum + each[i], 0) / 7),
      );
    }
  });

  it('forgets by its decay later on', async () => {
    const { model, averages, seen } = await trained({ decay: 0.5 }, 9);
    averages.exchange();
    const expected = seen[0].map((_, i) =>
      seen.reduce((mean, each, t) => mean + (each[i] - mean) * (t === 0 ? 1 : 0.5), 0),
    );
    expectClose(values(model).flat(), expected);
  });

  it('looks at every n-th update', async () => {
    const { model, averages, seen } = await trained({ decay: 1, every: 2 }, 5);
    averages.exchange();
    expectClose(
      values(model).flat(),
      seen[0].map((_, i) => (seen[1][i] + seen[3][i]) / 2),
    );
  });

  it('gives the model its own parameters back, bit for bit', async () => {
    const { model, averages, seen } = await trained({}, 5);
    averages.exchange();
    expect(values(model).flat()).not.toEqual(seen[4]);
    averages.exchange();
    expect(values(model).flat()).toEqual(seen[4]);
  });

  it('goes on from what was saved as if nothing had been', async () => {
    const optimizer = sgd({ learningRate: 0.5 });
    const model = newModel();
    const first = averageWeights(model);
    await run(batches(4, 2).pipe(train(model, { loss, optimizer }), first));
    const second = averageWeights(model);
    second.restore(first.save());
    expect(second.updates).toBe(4);
    await run(batches(3, 2).pipe(train(model, { loss, optimizer }), first, second));
    expect(second.save()).toEqual(first.save());
    expect(() => averageWeights(model, { decay: 0.5 }).restore(first.save())).toThrow();
  });

  it('refuses to average averages, and to exchange nothing', async () => {
    const model = newModel();
    const averages = averageWeights(model);
    expect(() => averages.exchange()).toThrow(
      new OptionError(
        'averageWeights exchange: expected updates to average, got none; let steps flow through it first',
      ),
    );
    const optimizer = sgd({ learningRate: 0.5 });
    await run(batches(1).pipe(train(model, { loss, optimizer }), averages));
    averages.exchange();
    await expect(run(batches(1).pipe(train(model, { loss, optimizer }), averages))).rejects.toThrow(
      new StateError(
        'averageWeights: expected the model to have its own parameters, it has the averages; call exchange() before it is trained or saved',
      ),
    );
    expect(() => averages.save()).toThrow(StateError);
  });

  it('refuses a decay that is none', () => {
    expect(() => averageWeights(newModel(), { decay: 1.5 })).toThrow(
      new OptionError('averageWeights decay: expected a number from 0 to 1, got 1.5; give one, as 0.999'),
    );
  });
});

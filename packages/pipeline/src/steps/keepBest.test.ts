import { arrowTable } from '@fluxion/data';
import { batchNorm, linear, sequential } from '@fluxion/layers';
import { softmaxCrossEntropy } from '@fluxion/loss';
import { sgd } from '@fluxion/optim';
import { OptionError, StateError } from '@fluxion/tensor';
import { tableFromArrays } from 'apache-arrow';
import { Subject, take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { newModel, values } from '../../test/training.js';
import { examples } from '../examples.js';
import { evaluate } from '../measuring/evaluate.js';
import { meanLoss } from '../measuring/meanLoss.js';
import { train } from '../train.js';
import { keepBest } from './keepBest.js';
import { validate } from './validate.js';

interface Step {
  readonly validation?: Readonly<Record<string, unknown>>;
}

/** A stream whose model has the number of the step as every weight. */
function training(
  options: Parameters<typeof keepBest>[1] = {},
  model: ReturnType<typeof newModel> = newModel(),
) {
  const steps = new Subject<Step>();
  const keep = keepBest(model, options);
  const step = (number: number, loss?: number): void => {
    for (const parameter of model.parameters) {
      model.assign(parameter, new Array(parameter.value.size).fill(number));
    }
    steps.next(loss === undefined ? {} : { validation: { loss, accuracy: 1 - loss } });
  };
  return { model, steps, keep, step, weight: () => values(model)[0]?.[0] };
}

describe('keepBest', () => {
  it('gives the weights of the best validation back when the stream is complete', () => {
    const { steps, keep, step, weight } = training();
    let atEnd: number | undefined;
    steps.pipe(keep).subscribe({ complete: () => (atEnd = weight()) });
    step(1, 0.5);
    step(2);
    step(3, 0.2);
    step(4, 0.3);
    expect([weight(), keep.best]).toEqual([4, 0.2]);
    steps.complete();
    expect(atEnd).toBe(3);
  });

  it('gives them back when the stream fails', () => {
    const { steps, keep, step, weight } = training();
    let failure: unknown;
    steps.pipe(keep).subscribe({ error: (error) => (failure = error) });
    step(1, 0.5);
    step(2, 0.6);
    steps.error('diverged');
    expect([failure, weight()]).toEqual(['diverged', 1]);
  });

  it('gives them back when nobody listens any more', () => {
    const { steps, keep, step, weight } = training();
    steps.pipe(keep, take(2)).subscribe();
    step(1, 0.5);
    step(2, 0.6);
    expect(weight()).toBe(1);
  });

  it('leaves the model as it is where nothing was validated', () => {
    const { steps, keep, step, weight } = training();
    steps.pipe(keep).subscribe();
    step(1);
    step(2);
    steps.complete();
    expect([weight(), keep.best]).toEqual([2, undefined]);
  });

  it('leaves a model, running statistics and all, that does as well as its best validation', async () => {
    const model = sequential([linear(8), batchNorm(), linear(3)], { inputShape: [3], seed: 1 });
    const loss = softmaxCrossEntropy();
    const metrics = { loss: meanLoss(loss) };
    const keep = keepBest(model);
    const rows = Float32Array.from({ length: 60 }, (_, i) => Math.sin(i * i));
    const classes = Int32Array.from(rows, (value, i) => (i % 4 === 0 ? i % 3 : value > 0 ? 1 : 0));
    const table = arrowTable(
      tableFromArrays({ a: rows, b: rows.toReversed(), c: rows.map(Math.abs), classes }),
    );
    const columns = { input: ['a', 'b', 'c'], target: 'classes', batchSize: 10 };
    const losses: number[] = [];
    await examples(table, { ...columns, epochs: 8, shuffle: true })
      .pipe(
        train(model, { loss, optimizer: sgd({ learningRate: 3 }) }),
        validate(model, examples(table, columns), metrics),
        keep,
      )
      .forEach(({ validation }) => {
        if (validation !== undefined) losses.push(validation.loss as number);
      });
    expect(losses).toHaveLength(8);
    expect(keep.best).toBe(Math.min(...losses));
    expect(keep.best).toBeLessThan(losses[7] as number);
    expect((await evaluate(model, examples(table, columns), metrics)).loss).toBe(keep.best);
  });

  it('keeps the largest value where these are better', () => {
    const { steps, keep, step, weight } = training({ metric: 'accuracy', mode: 'max' });
    steps.pipe(keep).subscribe();
    step(1, 0.5);
    step(2, 0.6);
    steps.complete();
    expect([weight(), keep.best]).toEqual([1, 0.5]);
  });

  it('keeps the weights of the model of the steps where none is named', async () => {
    const model = sequential([linear(3)], { inputShape: [2], seed: 1 });
    const table = arrowTable(
      tableFromArrays({ a: [1, 2, 3, 4], b: [4, 3, 1, 2], c: Int32Array.of(0, 1, 2, 1) }),
    );
    const columns = { input: ['a', 'b'], target: 'c' };
    const loss = softmaxCrossEntropy();
    const keep = keepBest();
    await examples(table, { ...columns, epochs: 6 })
      .pipe(
        train(model, { loss, optimizer: sgd({ learningRate: 3 }) }),
        validate(examples(table, columns), { loss: meanLoss(loss) }),
        keep,
      )
      .forEach(() => {});
    const { loss: left } = await evaluate(model, examples(table, columns), { loss: meanLoss(loss) });
    expect(left).toBe(keep.best);
  });

  it.each<[Readonly<Record<string, unknown>>, string]>([
    [
      { confusion: [], accuracy: 1 },
      "got only confusion, accuracy; name one, as keepBest({ metric: 'accuracy', mode: 'max' }), or add loss: meanLoss(loss) to the metrics of validate",
    ],
    [
      { rmse: 1 },
      "got only rmse; name one, as keepBest({ metric: 'rmse' }), or add loss: meanLoss(loss) to the metrics of validate",
    ],
    [{ confusion: [] }, 'got only confusion; add loss: meanLoss(loss) to the metrics of validate'],
  ])('says how to name the figure of a validation without a loss: %o', (validation, rest) => {
    let failure: unknown;
    const steps = new Subject<Step>();
    steps.pipe(keepBest()).subscribe({ error: (error) => (failure = error) });
    steps.next({ validation });
    expect(failure).toEqual(
      new OptionError(`keepBest metric: expected a figure 'loss' in the validation, ${rest}`),
    );
  });

  it('has to know the model, of the steps or by name', () => {
    let failure: unknown;
    const steps = new Subject<Step>();
    const keep = keepBest({ metric: 'accuracy', mode: 'max' });
    steps.pipe(keep).subscribe({ error: (error) => (failure = error) });
    steps.next({ validation: { accuracy: 1 } });
    expect(failure).toEqual(
      new StateError(
        'keepBest: expected a model, got none from the steps, and none that a checkpoint could restore; name it: keepBest(model)',
      ),
    );
    expect(() => keep.save()).toThrow(StateError);
  });

  it('goes on from what was saved, weights and all', () => {
    const before = training();
    before.steps.pipe(before.keep).subscribe();
    before.step(1, 0.5);
    before.step(2, 0.6);
    const after = training();
    after.keep.restore(before.keep.save());
    after.steps.pipe(after.keep).subscribe();
    after.step(3, 0.7);
    after.steps.complete();
    expect([after.weight(), after.keep.best]).toEqual([1, 0.5]);
  });

  it('refuses what was saved under other options', () => {
    const saved = training({ metric: 'accuracy' }).keep.save();
    expect(() => training().keep.restore(saved)).toThrow(OptionError);
  });
});

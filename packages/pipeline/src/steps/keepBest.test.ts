import { OptionError } from '@fluxion/tensor';
import { Subject, take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { newModel, values } from '../../test/training.js';
import { keepBest } from './keepBest.js';

interface Step {
  readonly validation?: Readonly<Record<string, unknown>>;
}

/** A stream whose model has the number of the step as every weight. */
function training(
  options: Parameters<typeof keepBest>[1] = {},
  model: ReturnType<typeof newModel> = newModel(),
) {
  const steps = new Subject<Step>();
  const keep = keepBest<Step>(model, options);
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

  it('keeps the largest value where that is the goal', () => {
    const { steps, keep, step, weight } = training({ metric: 'accuracy', goal: 'largest' });
    steps.pipe(keep).subscribe();
    step(1, 0.5);
    step(2, 0.6);
    steps.complete();
    expect([weight(), keep.best]).toEqual([1, 0.5]);
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

import { softmaxCrossEntropy } from '@fluxion/loss';
import { sgd } from '@fluxion/optim';
import { elements, StateError } from '@fluxion/tensor';
import { bufferCount, concatAll, identity, type OperatorFunction, of, pipe, tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { batches, minibatch, newModel, run, values } from '../test/training.js';
import { accumulate } from './accumulate.js';
import { bprop } from './bprop.js';
import { clipByGlobalNorm } from './clipByGlobalNorm.js';
import { fprop } from './fprop.js';
import type { Backward, Step } from './messages.js';
import { train } from './train.js';
import { update } from './update.js';

describe('update', () => {
  it('answers a step with its counts, the loss before the update, and where the source goes on', async () => {
    const steps = await run(
      batches(3, 2).pipe(
        train(newModel(), { loss: softmaxCrossEntropy(), optimizer: sgd({ learningRate: 0.1 }) }),
      ),
    );
    expect(steps.map(({ step, example, size }) => [step, example, size])).toEqual([
      [1, 2, 2],
      [2, 4, 2],
      [3, 6, 2],
    ]);
    expect(steps.map(({ position }) => position?.row)).toEqual([2, 4, 6]);
    for (const { loss } of steps) expect(loss).toBeGreaterThan(0);
  });

  it('learns nothing from borrowed examples, and sends the step on', async () => {
    const model = newModel();
    const before = values(model);
    const steps = await run(
      of({ ...minibatch(0), borrowed: true, total: 2 }).pipe(
        train(model, { loss: softmaxCrossEntropy(), optimizer: sgd({ learningRate: 0.1 }) }),
      ),
    );
    expect(steps).toMatchObject([{ step: 0, size: 0, example: 0, total: 2, position: { epoch: 0, row: 1 } }]);
    expect(values(model)).toEqual(before);
  });

  it('gives every pass back', async () => {
    const model = newModel();
    await run(
      batches(5).pipe(train(model, { loss: softmaxCrossEntropy(), optimizer: sgd({ learningRate: 0.1 }) })),
    );
    expect(model.passesInFlight).toBe(0);
  });

  it('gives the pass back when the learning rate fails', async () => {
    const model = newModel();
    const before = values(model);
    const optimizer = sgd({ learningRate: (t) => (t < 2 ? 0.1 : Number.NaN) });
    const learn = [fprop(model), bprop(softmaxCrossEntropy()), update(optimizer)] as const;
    await expect(run(batches(5).pipe(...learn))).rejects.toThrow('learningRate at update 2');
    await expect(
      run(batches(5).pipe(train(model, { loss: softmaxCrossEntropy(), optimizer }))),
    ).rejects.toThrow('learningRate at update 2');
    expect(model.passesInFlight).toBe(0);
    expect(values(model)).not.toEqual(before);
  });

  it.each<[string, OperatorFunction<Backward, Backward>]>([
    ['kept', identity],
    ['kept after accumulate', accumulate(1)],
    ['kept after clipByGlobalNorm', clipByGlobalNorm(1e-3)],
    ['kept after both', pipe(accumulate(1), clipByGlobalNorm(1e-3))],
  ])('refuses gradients whose memory has gone to later ones: %s', async (_name, operator) => {
    const model = newModel();
    const before = values(model);
    const late = pipe(bufferCount<Backward>(2), concatAll());
    const stream = batches(2).pipe(
      fprop(model),
      bprop(softmaxCrossEntropy()),
      operator,
      late,
      update(sgd({ learningRate: 0.1 })),
    );
    await expect(run(stream)).rejects.toThrow(
      new StateError(
        'update: expected gradients that are lent now, got some whose memory later ones have; let no operator that delays or buffers stand between fprop and update',
      ),
    );
    expect(values(model)).toEqual(before);
  });

  it.each<[string, OperatorFunction<Backward, unknown>]>([
    ['update', update(sgd({ learningRate: 0.1 }))],
    ['accumulate', accumulate(2)],
    ['clipByGlobalNorm', clipByGlobalNorm(1)],
  ])('%s refuses gradients of parameters that are no more', async (name, operator) => {
    const model = newModel();
    const twice = batches(1).pipe(
      fprop(model),
      bprop(softmaxCrossEntropy()),
      tap(() => model.markUpdated()),
      operator,
    );
    await expect(run(twice)).rejects.toThrow(
      new StateError(
        `${name}: expected gradients of the parameters as they are, they have been updated 1 times since the bprop; update once after each bprop`,
      ),
    );
  });

  it('counts the examples of each subscription, and the steps of the optimizer over all', async () => {
    const model = newModel();
    const stream = batches(2).pipe(
      train(model, { loss: softmaxCrossEntropy(), optimizer: sgd({ learningRate: 0.1 }) }),
    );
    const counts = ({ step, example }: Step): number[] => [step, example];
    expect((await run(stream)).map(counts)).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect((await run(stream)).map(counts)).toEqual([
      [3, 1],
      [4, 2],
    ]);
  });
});

describe('a loss that is not finite', () => {
  it('ends the stream before the update: the model stays as it was', async () => {
    const model = newModel();
    for (const parameter of model.parameters) {
      model.assign(parameter, elements(parameter.value).fill(1e308));
    }
    const before = values(model);
    const stream = batches(1).pipe(
      train(model, { loss: softmaxCrossEntropy(), optimizer: sgd({ learningRate: 0.1 }) }),
    );
    await expect(run(stream)).rejects.toThrow(
      'update: expected a finite loss, got NaN at example 1; use a smaller learningRate, or look for inputs that are not finite or very large',
    );
    expect(values(model)).toEqual(before);
    expect(model.passesInFlight).toBe(0);
  });
});

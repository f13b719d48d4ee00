import { apply, graph, linear } from '@fluxion/layers';
import { l2, softmaxCrossEntropy, squaredError } from '@fluxion/loss';
import { sgd } from '@fluxion/optim';
import { StateError, tensor } from '@fluxion/tensor';
import { from, merge, type Observable, of, take, tap, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { batches, distance, minibatch, newModel, run, values } from '../test/training.js';
import { accumulate } from './accumulate.js';
import { bprop } from './bprop.js';
import { fprop } from './fprop.js';
import type { Backward } from './messages.js';
import { update } from './update.js';

describe('accumulate', () => {
  const loss = softmaxCrossEntropy();
  const optimizer = () => sgd({ learningRate: 0.5 });

  it('makes of passes what a minibatch of them all would be, regularizer counted once', async () => {
    const [passes, minibatches] = [newModel(), newModel()];
    const steps = await run(
      batches(12, 2).pipe(fprop(passes), bprop(loss, l2(0.1)), accumulate(3), update(optimizer())),
    );
    const whole = await run(
      batches(4, 6).pipe(fprop(minibatches), bprop(loss, l2(0.1)), update(optimizer())),
    );
    expect(distance(passes, minibatches)).toBeLessThan(1e-14);
    expect(steps.map(({ example, size }) => [example, size])).toEqual(
      whole.map(({ example, size }) => [example, size]),
    );
    for (const [i, { loss: mean }] of steps.entries()) expect(mean).toBeCloseTo(whole[i]?.loss as number, 13);
  });

  it('weighs passes by their size, and sends on what is left at the end', async () => {
    const [passes, minibatches] = [newModel(), newModel()];
    const uneven = from([minibatch(0, 3), minibatch(3, 1), minibatch(4, 2)]);
    const steps = await run(uneven.pipe(fprop(passes), bprop(loss), accumulate(2), update(optimizer())));
    await run(
      from([minibatch(0, 4), minibatch(4, 2)]).pipe(fprop(minibatches), bprop(loss), update(optimizer())),
    );
    expect(steps.map(({ size }) => size)).toEqual([4, 2]);
    expect(distance(passes, minibatches)).toBeLessThan(1e-14);
  });

  it('takes no borrowed pass in, wherever it stands', async () => {
    const borrowed = { ...minibatch(9, 1), borrowed: true };
    for (const [i, stream] of [
      [borrowed, minibatch(0, 3), minibatch(3, 2)],
      [minibatch(0, 3), borrowed, minibatch(3, 2)],
      [minibatch(0, 3), minibatch(3, 2), borrowed],
    ].entries()) {
      const [passes, whole] = [newModel(), newModel()];
      const shards = stream.map((one) => ({ ...one, total: 6 }));
      const steps = await run(
        from(shards).pipe(fprop(passes), bprop(loss), accumulate(3), update(optimizer())),
      );
      await run(of(minibatch(0, 5)).pipe(fprop(whole), bprop(loss), update(optimizer())));
      expect([i, steps.map(({ size, total }) => [size, total])]).toEqual([i, [[5, 18]]]);
      expect(distance(passes, whole)).toBeLessThan(1e-14);
    }
  });

  it('learns nothing where all passes are borrowed', async () => {
    const model = newModel();
    const before = values(model);
    const stream = from([0, 1].map((first) => ({ ...minibatch(first), borrowed: true })));
    const steps = await run(stream.pipe(fprop(model), bprop(loss), accumulate(2), update(optimizer())));
    expect(steps.map(({ size }) => size)).toEqual([0]);
    expect(values(model)).toEqual(before);
  });

  it('refuses a pass with gradients of other parameters', async () => {
    const model = graph({
      inputs: { x: [1] },
      boxes: { a: apply(linear(1), 'x'), b: apply(linear(1), 'x') },
      outputs: ['a', 'b'],
    });
    const bpropOf = (output: string) =>
      of({ size: 1, inputs: { x: tensor([1], [1, 1]) }, targets: { [output]: tensor([5], [1, 1]) } }).pipe(
        fprop(model),
        bprop({ [output]: squaredError() }),
      );
    await expect(run(merge(bpropOf('a'), bpropOf('b')).pipe(accumulate(2)))).rejects.toThrow(
      new StateError(
        'accumulate: expected gradients of a.weight, a.bias, as the first pass has, got those of b.weight, b.bias; take passes together that have the same losses, and freeze nothing between them',
      ),
    );
  });

  it('sends nothing on before an error', () => {
    const events: unknown[] = [];
    throwError(() => new Error('source'))
      .pipe((source) => (source as Observable<Backward>).pipe(accumulate(2)))
      .subscribe({ next: (b) => events.push(b), error: (e: Error) => events.push(e.message) });
    expect(events).toEqual(['source']);
  });

  it('lets go of a source that pushes all at once, and of its passes, when nobody wants more', async () => {
    const model = newModel();
    let pulled = 0;
    const stream = batches(10).pipe(
      tap(() => pulled++),
      fprop(model),
      bprop(loss),
      accumulate(2),
    );
    expect(await run(stream.pipe(take(1)))).toHaveLength(1);
    expect([pulled, model.passesInFlight]).toEqual([2, 0]);
  });

  it('refuses passes of another model, and gives them back', async () => {
    const [model, other] = [newModel(), newModel()];
    const stream = merge(
      batches(1).pipe(fprop(model), bprop(loss)),
      batches(1).pipe(fprop(other), bprop(loss)),
    ).pipe(accumulate(3));
    await expect(run(stream)).rejects.toThrow('accumulate: expected passes of one model, got another');
    expect([model.passesInFlight, other.passesInFlight]).toEqual([0, 0]);
  });

  it('refuses to take passes together of which an update stands between', async () => {
    const model = newModel();
    const stream = batches(2).pipe(
      tap(() => model.markUpdated()),
      fprop(model),
      bprop(loss),
      accumulate(2),
    );
    await expect(run(stream)).rejects.toThrow(
      new StateError(
        'accumulate: expected gradients of the parameters as they are, they have been updated 1 times since the bprop; update once after each bprop',
      ),
    );
  });

  it('keeps the sums of two subscriptions apart', async () => {
    const operator = accumulate(2);
    const norms = await Promise.all(
      [0, 1].map(async () => {
        const model = newModel();
        await run(batches(4).pipe(fprop(model), bprop(loss), operator, update(optimizer())));
        return values(model);
      }),
    );
    expect(norms[0]).toEqual(norms[1]);
  });

  it('refuses a number of passes that is none', () => {
    expect(() => accumulate(0)).toThrow(
      'accumulate passes: expected a positive integer, got 0; give one, as 32',
    );
  });
});

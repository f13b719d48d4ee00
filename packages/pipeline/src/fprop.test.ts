import type { Examples } from '@fluxion/data';
import { softmaxCrossEntropy } from '@fluxion/loss';
import { elements, labels, ShapeError, StateError, tensor } from '@fluxion/tensor';
import { bufferCount, filter, map, type OperatorFunction, of, pipe, Subject, take, tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { batches, inputSize, minibatch, newModel, run } from '../test/training.js';
import { bprop } from './bprop.js';
import { fprop } from './fprop.js';
import type { Forward } from './messages.js';

describe('fprop', () => {
  describe('ends each pass when the subscriber has had it', () => {
    const broken = map<unknown, never>(() => {
      throw new Error('after');
    });
    it.each<[string, OperatorFunction<Forward, unknown>]>([
      ['read', map(({ tape }) => [...elements(tape.output)])],
      ['dropped', filter(() => false)],
      [
        'dropped after bprop',
        pipe(
          bprop(softmaxCrossEntropy()),
          filter(() => false),
        ),
      ],
      ['kept', bufferCount(3)],
      ['unsubscribed from', take(2)],
      ['lost in an error', broken],
      ['lost in an error after bprop', pipe(bprop(softmaxCrossEntropy()), broken)],
    ])('%s', async (_name, operator) => {
      const model = newModel({ maxPasses: 1 });
      let passes = 0;
      let inFlight = 0;
      const count = tap<Forward>(() => {
        passes++;
        inFlight = model.passesInFlight;
      });
      await run(batches(10).pipe(fprop(model), count, operator)).catch((error) =>
        expect(error).toEqual(new Error('after')),
      );
      expect(passes).toBeGreaterThan(0);
      expect([inFlight, model.passesInFlight]).toEqual([1, 0]);
    });
  });

  it('says so when more passes are in flight than the model allows', async () => {
    const model = newModel({ maxPasses: 1 });
    const held = model.fprop(minibatch(0).inputs);
    await expect(run(batches(1).pipe(fprop(model)))).rejects.toThrow(StateError);
    held.release();
    await expect(run(batches(1).pipe(fprop(model)))).resolves.toHaveLength(1);
  });

  it('lets a subscriber feed it while it has a pass', () => {
    const model = newModel();
    const fed = new Subject<Examples>();
    const seen: number[] = [];
    fed.pipe(fprop(model)).subscribe(({ tape, examples }) => {
      const before = elements(tape.output).slice();
      if (examples.position?.row === 1) fed.next(minibatch(1));
      expect(elements(tape.output)).toEqual(before);
      seen.push(model.passesInFlight);
    });
    fed.next(minibatch(0));
    expect(seen).toEqual([2, 1]);
    expect(model.passesInFlight).toBe(0);
  });

  it('refuses an empty minibatch, and one whose size is not that of its tensors', async () => {
    const model = newModel();
    const empty: Examples = {
      size: 0,
      inputs: { input: tensor([], [0, inputSize]) },
      targets: { target: labels([]) },
    };
    await expect(run(of(empty).pipe(fprop(model)))).rejects.toThrow(
      new ShapeError(
        'fprop examples: expected at least one example, got a minibatch of none; leave out the empty ones',
      ),
    );
    await expect(run(of({ ...minibatch(0, 3), size: 2 }).pipe(fprop(model)))).rejects.toThrow(
      new ShapeError(
        'fprop examples: expected inputs of 2 examples, as their size says, got 3; give the length of the first axis as size',
      ),
    );
    expect(model.passesInFlight).toBe(0);
  });
});

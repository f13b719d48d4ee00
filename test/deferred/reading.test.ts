import { type FlowGraph, objective } from '@fluxion/graph';
import { l2 } from '@fluxion/loss';
import { adam, optimizerState, sgd } from '@fluxion/optim';
import { averageWeights } from '@fluxion/pipeline';
import fc from 'fast-check';
import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  EXAMPLES,
  expectClose,
  inputOf,
  learn,
  loss,
  newModel,
  targetsOf,
  valuesOf,
  waiting,
} from './learning.js';

describe('updates that wait, read before their time', () => {
  it('are not changed by predictions of examples that are to come, or have been', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -30, max: 30 }), { minLength: 1, maxLength: 9 }), (places) => {
        const [one, quiet, asked] = [newModel(), newModel(waiting(32)), newModel(waiting(32))];
        const outputs = new Map<FlowGraph, number[]>([one, asked].map((model) => [model, []]));
        const each = (model: FlowGraph, example: number): void => {
          const place = example + (places[example % places.length] as number);
          const tape = model.fprop({ input: inputOf(Math.min(Math.max(place, 0), EXAMPLES - 1)) });
          outputs.get(model)?.push(...tape.output.data);
          tape.release();
        };
        learn(one, { each });
        learn(quiet, { looksAhead: true });
        learn(asked, { looksAhead: true, each });
        expect(valuesOf(asked)).toEqual(valuesOf(quiet));
        expectClose(outputs.get(asked) as number[], outputs.get(one) as number[]);
      }),
      { numRuns: 10, seed: 1 },
    );
  });

  it('give every pass the values of the weights after the example before', () => {
    const one = newModel();
    const waits = newModel(waiting(8));
    const outputs = new Map<FlowGraph, number[]>([
      [one, []],
      [waits, []],
    ]);
    const each = (model: FlowGraph): void => {
      for (const size of [1, 4]) {
        const tape = model.fprop({ input: inputOf(3, size) });
        outputs.get(model)?.push(...tape.output.data);
        tape.release();
      }
    };
    for (const model of [one, waits]) learn(model, { regularizer: l2(0.01), looksAhead: true, each });
    expectClose(outputs.get(waits) as number[], outputs.get(one) as number[]);
  });

  it.each([0, 0.9])(
    'are the same to the last bit whoever reads the weights, predicts, measures or averages between two of them, momentum %d',
    (momentum) => {
      const [quiet, read, averaged] = [newModel(waiting(8)), newModel(waiting(8)), newModel(waiting(8))];
      const how = () => ({
        optimizer: sgd({ learningRate: 0.05, momentum }),
        regularizer: l2(0.01),
        looksAhead: true,
      });
      learn(quiet, how());
      const target = objective(read, loss, l2(0.01));
      const averages = averageWeights<number>(read);
      const updates = new Subject<number>();
      updates.pipe(averages).subscribe();
      const own = how();
      learn(read, {
        ...own,
        each(model, example) {
          valuesOf(model);
          optimizerState(adam(), model).save();
          optimizerState(own.optimizer, model).save();
          const tape = model.fprop({ input: inputOf(5, 3) });
          tape.loss(target, targetsOf(5, 3));
          tape.release();
          updates.next(example);
          averages.copyTo(averaged);
          const other = averaged.fprop({ input: inputOf(5) });
          other.release();
        },
      });
      expect(valuesOf(read)).toEqual(valuesOf(quiet));
    },
  );
});

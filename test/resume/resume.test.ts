import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadTraining, saveTraining } from '@fluxion/checkpoint';
import { arrowTable, type Position } from '@fluxion/data';
import type { FlowGraph, Regularizer } from '@fluxion/graph';
import { boxes, linear, sequential, tanh } from '@fluxion/layers';
import { l2, softmaxCrossEntropy } from '@fluxion/loss';
import { adam, type Optimizer, optimizerState, sgd } from '@fluxion/optim';
import { examples, train } from '@fluxion/pipeline';
import { elements, type Saved } from '@fluxion/tensor';
import { tableFromArrays } from 'apache-arrow';
import { take } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROWS = 200;
const table = tableFromArrays({
  a: Float32Array.from({ length: ROWS }, (_, i) => Math.sin(i)),
  b: Float32Array.from({ length: ROWS }, (_, i) => Math.max(0, Math.cos(7 * i))),
  side: Int32Array.from({ length: ROWS }, (_, i) => (Math.sin(i) > Math.cos(7 * i) ? 1 : 0)),
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fluxion-resume-'));
});
afterAll(() => rm(folder, { recursive: true }));

const newModel = (): FlowGraph => sequential([linear(8), tanh(), linear(2)], { inputShape: [2], seed: 1 });

interface Rule {
  readonly optimizer: Optimizer;
  readonly regularizer?: Regularizer | undefined;
}

/** Trains as many steps of two epochs as are wanted, and answers where the last one ended. */
async function trained(
  model: FlowGraph,
  { optimizer, regularizer = l2(0) }: Rule,
  steps: number,
  from?: Position,
): Promise<Position | undefined> {
  let position: Position | undefined;
  const options = { input: ['a', 'b'], target: 'side', epochs: 2, shuffle: true, seed: 1, from };
  await examples(arrowTable(table), options)
    .pipe(train(model, { loss: softmaxCrossEntropy(), regularizer, optimizer }), take(steps))
    .forEach((step) => {
      position = step.position;
    });
  return position;
}

describe('training that is saved and loaded goes on as if there had been no stop', () => {
  const rules: [string, () => Rule][] = [
    ['sgd', () => ({ optimizer: sgd({ learningRate: 0.1 }) })],
    ['sgd under l2', () => ({ optimizer: sgd({ learningRate: 0.1 }), regularizer: l2(0.001) })],
    [
      'momentum, at a rate that falls',
      () => ({ optimizer: sgd({ learningRate: 0.1, momentum: 0.9, decreaseConstant: 0.01 }) }),
    ],
    ['adam', () => ({ optimizer: adam(), regularizer: l2(0.001) })],
  ];

  it.each(rules.flatMap(([name, rule]) => [ROWS, 77].map((stop) => [name, stop, rule] as const)))(
    '%s, after %i steps',
    async (_name, stop, rule) => {
      const straight = newModel();
      const whole = rule();
      await trained(straight, whole, 2 * ROWS);

      const first = rule();
      const before = newModel();
      const position = await trained(before, first, stop);
      const saved = { optimizer: optimizerState(first.optimizer, before).save() };
      await saveTraining(folder, before, { saved, position });

      const loaded = await loadTraining(folder, { definitions: boxes });
      const { model } = loaded;
      const second = rule();
      const state = optimizerState(second.optimizer, model);
      state.restore(loaded.saved.get('optimizer') as Saved);
      await trained(model, second, 2 * ROWS - stop, loaded.position as Position);

      const numbers = (of: FlowGraph): unknown =>
        of.parameters.map(({ name, value }) => [name, elements(value)]);
      expect(numbers(model)).toEqual(numbers(straight));
      const expected = optimizerState(whole.optimizer, straight);
      expect(state.step).toBe(2 * ROWS);
      expect([...state.save().tensors].map(([name, each]) => [name, elements(each)])).toEqual(
        [...expected.save().tensors].map(([name, each]) => [name, elements(each)]),
      );
    },
  );
});

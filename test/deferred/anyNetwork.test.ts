import { type BoxDescription, type FlowGraph, type Objective, objective } from '@fluxion/graph';
import { graph, linear, sequential, sigmoid, tanh } from '@fluxion/layers';
import { l1, l2, losses } from '@fluxion/loss';
import { type Optimizer, optimizerState, sgd } from '@fluxion/optim';
import type { BindKernels } from '@fluxion/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lossCases } from '../conformance/lossCases.js';
import {
  CLASSES,
  copyValues,
  EXAMPLES,
  expectClose,
  INPUTS,
  inputOf,
  learn,
  loss,
  newModel,
  targetsOf,
  twoWays,
  valuesOf,
  waiting,
} from './learning.js';

interface Node {
  readonly kind: string;
  readonly children: readonly [number, number];
}

/** Boxes of a graph over one input: each node takes the nodes before it, and what nothing else takes is summed at the top. */
function boxesOf(
  nodes: readonly Node[],
): Record<string, BoxDescription & { readonly children: readonly string[] }> {
  const boxes: ReturnType<typeof boxesOf> = { box0: { ...linear(4), children: ['input'] } };
  for (const [i, { kind, children }] of nodes.entries()) {
    const [a, b] = children.map((child) => `box${child % (i + 1)}`) as [string, string];
    boxes[`box${i + 1}`] =
      kind === 'linear'
        ? { ...linear(4), children: [a] }
        : { kind, children: kind === 'multiply' || kind === 'add' ? [a, b] : [a] };
  }
  const used = new Set(Object.values(boxes).flatMap(({ children }) => children));
  const ends = Object.keys(boxes).filter((name) => !used.has(name));
  if (ends.length > 1) boxes.sum = { kind: 'add', children: ends };
  boxes.top = { ...linear(CLASSES), children: [ends.length > 1 ? 'sum' : (ends[0] as string)] };
  return boxes;
}

describe('updates that wait leave what one after another leaves', () => {
  it('in float64, for any network, block, regularizer and minibatches', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 3 }),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(undefined, undefined, l2(0.01), l1(0.01)),
        fc.constantFrom(1, 2, 13),
        fc.constantFrom(0, 0, 3, 11),
        fc.array(fc.constantFrom(1, 1, 1, 1, 3), { minLength: 1, maxLength: 9 }),
        fc.boolean(),
        fc.constantFrom({}, { momentum: 0.9 }, { momentum: 0.5, nesterov: true }),
        fc.constantFrom(0, 0.1),
        (hidden, block, regularizer, regularized, passed, sizes, looksAhead, momentum, decreaseConstant) => {
          const [one, waits] = twoWays((kernels) => newModel(kernels, hidden), block);
          for (const model of [one, waits]) {
            const optimizer = sgd({ learningRate: 0.1, decreaseConstant, ...momentum });
            learn(model, {
              regularizer,
              isRegularized: (example) => example % regularized === regularized - 1,
              isPassed: (example) => passed > 0 && example % passed === 1,
              ...{ optimizer, sizes, looksAhead },
            });
          }
          expectClose(valuesOf(waits), valuesOf(one));
        },
      ),
      { numRuns: 60, seed: 1 },
    );
  });

  it.each(Object.keys(lossCases))('for the loss %s', (name) => {
    const { chain, targets } = lossCases[name] as (typeof lossCases)[string];
    for (const optimizer of [sgd({ learningRate: 0.05 }), sgd({ learningRate: 0.02, momentum: 0.7 })]) {
      const [one, waits] = twoWays(
        (kernels) =>
          sequential([linear(5), tanh(), ...chain], {
            ...{ inputShape: [INPUTS], seed: 1, dtype: 'float64', kernels },
          }),
        20,
      );
      for (const model of [one, waits]) {
        learn(model, {
          ...{ loss: losses[name as keyof typeof losses](), optimizer, looksAhead: true },
          targets: (example) => ({ targets: targets(1, example) }),
        });
      }
      expectClose(valuesOf(waits), valuesOf(one));
    }
  });

  it('in graphs of any form, by plain SGD, momentum or Nesterov, with l2 and without, cut wherever it may be', () => {
    const node = fc.record({
      kind: fc.constantFrom('linear', 'linear', 'tanh', 'relu', 'multiply', 'add'),
      children: fc.tuple(fc.nat(), fc.nat()),
    });
    const program = fc.record({
      nodes: fc.array(node, { minLength: 1, maxLength: 7 }),
      blockSize: fc.integer({ min: 1, max: 40 }),
      momentum: fc.constantFrom({}, { momentum: 0.9 }, { momentum: 0.6, nesterov: true }),
      regularizer: fc.constantFrom(undefined, l2(0.01)),
      looksAhead: fc.boolean(),
      cut: fc.integer({ min: 1, max: EXAMPLES - 1 }),
    });
    fc.assert(
      fc.property(program, ({ nodes, blockSize, momentum, cut, ...how }) => {
        const boxes = boxesOf(nodes);
        const build = (kernels: BindKernels | 'reference'): FlowGraph =>
          graph(
            { inputs: { input: [INPUTS] }, boxes, outputs: ['top'] },
            { seed: 1, dtype: 'float64', kernels },
          );
        const [one, waits] = twoWays(build, blockSize);
        const [optimizer, again] = [0, 1].map(() => sgd({ learningRate: 0.03, ...momentum })) as [
          Optimizer,
          Optimizer,
        ];
        learn(one, { ...how, optimizer });
        // Products of products may diverge, and what rounding leaves grows with them.
        fc.pre(valuesOf(one).every((value) => Math.abs(value) < 5));
        learn(waits, { ...how, optimizer, isPassed: (example) => example >= cut });
        const resumed = build(waiting(blockSize));
        copyValues(waits, resumed);
        optimizerState(again, resumed).restore(optimizerState(optimizer, waits).save());
        learn(waits, { ...how, optimizer, isPassed: (example) => example < cut });
        learn(resumed, { ...how, optimizer: again, isPassed: (example) => example < cut });
        expectClose(valuesOf(waits), valuesOf(one));
        expect(valuesOf(resumed)).toEqual(valuesOf(waits));
      }),
      { numRuns: 30, seed: 1 },
    );
  });

  it('in each branch and for each output of a graph', () => {
    const [one, waits] = twoWays(
      (kernels) =>
        graph(
          {
            inputs: { input: [INPUTS] },
            boxes: {
              left: { ...linear(5), children: ['input'] },
              right: { ...linear(5), children: ['input'] },
              both: { kind: 'multiply', children: ['left', 'right'] },
              gate: { ...sigmoid(), children: ['both'] },
              output: { ...linear(CLASSES), children: ['gate'] },
            },
            outputs: ['output'],
          },
          { seed: 1, dtype: 'float64', kernels },
        ),
      7,
    );
    for (const model of [one, waits]) learn(model, { looksAhead: true });
    expectClose(valuesOf(waits), valuesOf(one));
  });

  it('where each example teaches one of two outputs', () => {
    const branches = {
      inputs: { input: [INPUTS] },
      boxes: {
        below: { ...linear(6), children: ['input'] },
        a: { ...linear(CLASSES), children: ['below'] },
        b: { ...linear(CLASSES), children: ['input'] },
      },
      outputs: ['a', 'b'],
    };
    for (const momentum of [0, 0.9]) {
      const [one, waits] = twoWays((kernels) => graph(branches, { seed: 1, dtype: 'float64', kernels }), 16);
      for (const model of [one, waits]) {
        const state = optimizerState(sgd({ learningRate: 0.05, momentum }), model);
        const targets = ['a', 'b'].map((output) => objective(model, { [output]: loss }));
        for (let from = 0; from < EXAMPLES; from++) {
          const ahead = (_: string, count: number) => inputOf(from, Math.min(count, EXAMPLES - from));
          const tape = model.fprop({ input: inputOf(from) }, { mode: 'train', ahead });
          const target = targets[from % 5 < 3 ? 0 : 1] as Objective;
          state.update(tape.bprop(target, targetsOf(from)).gradients);
          tape.release();
        }
      }
      expectClose(valuesOf(waits), valuesOf(one));
    }
  });

  it('where boxes are frozen for a while', () => {
    for (const momentum of [0, 0.9]) {
      const [one, waits] = twoWays(newModel, 8);
      for (const model of [one, waits]) {
        learn(model, {
          optimizer: sgd({ learningRate: 0.05, momentum }),
          looksAhead: true,
          each(model, example) {
            model.freeze('linear1', example % 17 > 11);
            model.freeze('linear2', example % 20 > 9);
          },
        });
      }
      expectClose(valuesOf(waits), valuesOf(one));
    }
  });

  it('where momentum and l2 take all of a weight in one step', () => {
    const [one, waits] = [newModel(), newModel(waiting(8))];
    for (const model of [one, waits]) {
      const optimizer = sgd({ learningRate: 0.1, momentum: 0.5, nesterov: true });
      learn(model, { optimizer, regularizer: l2(1 / (2 * 0.1 * 1.5)), looksAhead: true });
    }
    expectClose(valuesOf(waits), valuesOf(one));
  });
});

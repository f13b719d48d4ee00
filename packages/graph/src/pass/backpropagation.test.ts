import { type FactorPair, labels, type Tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { build, chain, differences, list, numbers, recorded, rows, written } from '../../test/models.js';
import { box, definitions } from '../../test/testBoxes.js';
import { crossEntropy, squared } from '../../test/testLosses.js';
import type { BoxDefinitions } from '../box/boxDefinition.js';
import type { GraphDescription } from '../description/graphDescription.js';
import type { FlowGraph } from '../model/flowGraph.js';
import { type Losses, type Objective, objective } from '../model/objective.js';
import type { Backpropagation } from './backpropagation.js';

/** One pass there and back. */
function pass(
  model: FlowGraph,
  target: Objective,
  inputs: Readonly<Record<string, Tensor>>,
  targets: Readonly<Record<string, Tensor>>,
): Backpropagation {
  const tape = model.fprop(inputs);
  const backpropagation = tape.bprop(target, targets);
  tape.release();
  return backpropagation;
}

/** Expects the gradient of every parameter to be the central difference of the loss. */
function expectTrueGradients(
  description: GraphDescription,
  loss: Losses,
  inputs: Readonly<Record<string, Tensor>>,
  targets: Readonly<Record<string, Tensor>>,
): void {
  const model = build(description, { seed: 1 });
  const target = objective(model, loss);
  const analytic = written(pass(model, target, inputs, targets));
  const numeric = differences(model, target, inputs, targets);
  expect(Object.keys(analytic).sort()).toEqual(Object.keys(numeric).sort());
  for (const [name, slopes] of Object.entries(numeric)) {
    slopes.forEach((slope, i) => {
      expect(analytic[name]?.[i], `${name}, element ${i}`).toBeCloseTo(slope, 8);
    });
  }
}

describe('backpropagation', () => {
  it('is the chain rule: a worked value by hand', () => {
    // y = 5·(2·3·x) at x = 1 is 30; l = ½(30 − 20)²; dy = 10
    const model = chain(1, {
      below: box.scale('x', [3]),
      middle: box.twice('below'),
      top: box.scale('middle', [5]),
    });
    const { loss, gradients, order } = pass(
      model,
      objective(model, squared),
      { x: rows([1]) },
      { t: rows([20]) },
    );
    expect(loss).toBe(50);
    expect(order).toEqual(['top', 'middle', 'below']);
    // ∂l/∂top = 10 · 6; ∂l/∂below = 10 · 5 · 2 · 1
    expect(gradients.map(({ parameter }) => parameter.name)).toEqual(['top.factor', 'below.factor']);
    expect(written({ gradients } as Backpropagation)).toEqual({ 'top.factor': [60], 'below.factor': [100] });
  });

  it('divides by the batch size once: loss and gradient are means over the examples', () => {
    const model = chain(1, { top: box.scale('x', [2]) });
    const target = objective(model, squared);
    const { loss, gradients } = pass(model, target, { x: rows([1], [3]) }, { t: rows([0], [0]) });
    // ½(½·2² + ½·6²) = 10; ½(2·1 + 6·3) = 10
    expect(loss).toBe(10);
    expect(written({ gradients } as Backpropagation)).toEqual({ 'top.factor': [10] });
  });

  it('of a minibatch is the mean of those of its examples', () => {
    const boxes = { hidden: box.linear('x', 4), active: box.tanh('hidden'), top: box.linear('active', 2) };
    const model = chain(3, boxes);
    const target = objective(model, squared);
    const [x, t] = [numbers(4, 3), numbers(4, 2)];
    const together = written(pass(model, target, { x }, { t }));
    const apart = [0, 1, 2, 3].map((i) =>
      written(pass(model, target, { x: x.lo(i, 0).hi(1, 3) }, { t: t.lo(i, 0).hi(1, 2) })),
    );
    for (const [name, gradient] of Object.entries(together)) {
      gradient.forEach((value, i) => {
        const mean = apart.reduce((sum, one) => sum + (one[name]?.[i] as number), 0) / 4;
        expect(value).toBeCloseTo(mean, 14);
      });
    }
  });

  it('of an empty minibatch is a gradient of 0 and a loss of NaN', () => {
    const model = chain(2, { below: box.linear('x', 2), top: box.scale('below', [1, 1]) });
    const target = objective(model, squared);
    const { loss, gradients } = pass(model, target, { x: numbers(0, 2) }, { t: numbers(0, 2) });
    expect(loss).toBeNaN();
    expect(written({ gradients } as Backpropagation)).toEqual({
      'top.factor': [0, 0],
      'below.weight': [0, 0, 0, 0],
    });
  });

  it('gives each parameter the regularizer that counts it: weights all of it, the others none', () => {
    const model = chain(2, { below: box.linear('x', 2), top: box.scale('below', [1, 1]) });
    const target = objective(model, squared, { l1: 0.5, l2: 0.25 });
    const { loss, gradients } = pass(model, target, { x: numbers(1, 2) }, { t: numbers(1, 2) });
    expect(gradients.map(({ parameter, penalty }) => [parameter.name, penalty])).toEqual([
      ['top.factor', { l1: 0, l2: 0 }],
      ['below.weight', { l1: 0.5, l2: 0.25 }],
    ]);
    expect(loss).toBe(
      pass(model, objective(model, squared), { x: numbers(1, 2) }, { t: numbers(1, 2) }).loss,
    );
  });

  it('keeps a gradient in the form that the box declares', () => {
    const model = chain(2, { below: box.linear('x', 2), top: box.linear('below', 2, { gradient: 'dense' }) });
    const target = objective(model, squared);
    const tape = model.fprop({ x: rows([1, 2]) });
    const { gradients } = tape.bprop(target, { t: rows([0, 0]) });
    expect(gradients.map(({ gradient }) => gradient.form)).toEqual(['dense', 'factored']);
    const [, below] = gradients;
    expect(
      below?.gradient.form === 'factored' && list((below.gradient.pairs[0] as FactorPair).input),
    ).toEqual([1, 2]);
  });
});

describe('gradients agree with the central difference of the loss', () => {
  const x = numbers(3, 4);

  it('through a chain', () => {
    expectTrueGradients(
      {
        inputs: { x: [4] },
        boxes: {
          a: box.linear('x', 5),
          b: box.tanh('a'),
          c: box.scale('b', [1, -2, 3, 0.5, 0]),
          d: box.linear('c', 2, { gradient: 'dense' }),
        },
        outputs: ['d'],
      },
      squared,
      { x },
      { t: numbers(3, 2) },
    );
  });

  it('of a shared child: the gradients of its parents add up', () => {
    expectTrueGradients(
      {
        inputs: { x: [4] },
        boxes: {
          shared: box.linear('x', 3),
          left: box.tanh('shared'),
          right: box.scale('shared', [2, 3, 4]),
          sum: box.add('left', 'right', 'shared'),
          top: box.linear('sum', 2),
        },
        outputs: ['top'],
      },
      squared,
      { x },
      { t: numbers(3, 2) },
    );
  });

  it('of a child that is both children of one box', () => {
    expectTrueGradients(
      {
        inputs: { x: [4] },
        boxes: {
          child: box.linear('x', 3),
          square: box.multiply('child', 'child'),
          sum: box.add('square', 'square', 'child', 'child'),
        },
        outputs: ['sum'],
      },
      squared,
      { x },
      { t: numbers(3, 3) },
    );
  });

  it('through skip connections of several depths', () => {
    expectTrueGradients(
      {
        inputs: { x: [4] },
        boxes: {
          a: box.linear('x', 4),
          b: box.tanh('a'),
          c: box.add('a', 'b'),
          d: box.linear('c', 4),
          e: box.add('x', 'd', 'b'),
          f: box.multiply('e', 'a'),
        },
        outputs: ['f'],
      },
      squared,
      { x },
      { t: numbers(3, 4) },
    );
  });

  it('of several inputs and outputs, each output with its loss', () => {
    const description: GraphDescription = {
      inputs: { x: [4], y: [2, 2] },
      boxes: {
        vector: box.twice('y'),
        both: box.multiply('x', 'vector'),
        hidden: box.linear('both', 3),
        logits: box.linear('hidden', 5),
        copy: box.scale('hidden', [1, 2, 3]),
      },
      outputs: ['logits', 'copy'],
    };
    const inputs = { x, y: numbers(3, 2, 2) };
    const targets = { logits: labels([4, 0, 2]) as unknown as Tensor, copy: numbers(3, 3) };
    expectTrueGradients(description, { logits: crossEntropy, copy: squared }, inputs, targets);
  });

  it('of an output that is also the child of another output', () => {
    expectTrueGradients(
      {
        inputs: { x: [4] },
        boxes: { hidden: box.linear('x', 3), top: box.scale('hidden', [1, 2, 3]) },
        outputs: ['top', 'hidden'],
      },
      { hidden: squared, top: squared },
      { x },
      { hidden: numbers(3, 3), top: numbers(3, 3) },
    );
  });
});

describe('backpropagation only needs to reach the parameters', () => {
  /** Which boxes' bprop ran in one pass of this graph, in that order. */
  function run(
    description: GraphDescription,
    loss: Losses,
    targets: Readonly<Record<string, Tensor>>,
    change: (model: FlowGraph) => void = () => {},
  ): { ran: string[]; order: readonly string[]; parameters: string[] } {
    const { definitions, bprops } = recorded();
    const model = build(description, { definitions });
    change(model);
    const inputs = Object.fromEntries(
      Object.entries(model.inputs).map(([name, shape]) => [name, numbers(2, ...shape)]),
    );
    const { order, gradients } = pass(model, objective(model, loss), inputs, targets);
    return { ran: bprops, order, parameters: gradients.map(({ parameter }) => parameter.name) };
  }

  const t = numbers(2, 3);
  /** A branch of five boxes without a parameter beside one with. */
  const branches: GraphDescription = {
    inputs: { x: [3], y: [3] },
    boxes: {
      learned: box.scale('x', [1, 2, 3]),
      active: box.tanh('learned'),
      plain1: box.tanh('y'),
      plain2: box.twice('plain1'),
      plain3: box.add('plain2', 'plain1', 'x'),
      top: box.multiply('active', 'plain3'),
    },
    outputs: ['top'],
  };
  const deep: GraphDescription = {
    inputs: { x: [3] },
    boxes: {
      below: box.scale('x', [1, 2, 3]),
      active1: box.tanh('below'),
      middle: box.linear('active1', 3),
      active2: box.tanh('middle'),
      top: box.linear('active2', 3),
    },
    outputs: ['top'],
  };

  it('runs the bprop of every box once, parents before their children', () => {
    expect(run(deep, squared, { t })).toEqual({
      ran: ['top', 'active2', 'middle', 'active1', 'below'],
      order: ['top', 'active2', 'middle', 'active1', 'below'],
      parameters: ['top.weight', 'middle.weight', 'below.factor'],
    });
  });

  it('runs no bprop in a branch without a parameter', () => {
    const { ran, order } = run(branches, squared, { t });
    expect(ran).toEqual(['top', 'active', 'learned']);
    expect(order).toEqual(ran);
  });

  it('asks for no gradient of an input or of a branch without a parameter', () => {
    const wanted: Record<string, boolean[]> = {};
    const watching: BoxDefinitions = Object.fromEntries(
      Object.entries(definitions).map(([kind, definition]) => [
        kind,
        {
          ...definition,
          bprop: (cells) => {
            wanted[cells.description.name ?? ''] = cells.dInputs.map((dInput) => dInput !== undefined);
            return definition.bprop(cells);
          },
        } satisfies BoxDefinitions[string],
      ]),
    );
    const model = build(branches, { definitions: watching });
    pass(model, objective(model, squared), { x: numbers(2, 3), y: numbers(2, 3) }, { t });
    expect(wanted).toEqual({ top: [true, false], active: [true], learned: [false] });
  });

  it('runs no bprop at all where nothing learns, and still tells the loss', () => {
    const description: GraphDescription = {
      inputs: { x: [3] },
      boxes: { active: box.tanh('x'), top: box.twice('active') },
      outputs: ['top'],
    };
    expect(run(description, squared, { t })).toEqual({ ran: [], order: [], parameters: [] });
    const model = build(description);
    const { loss } = pass(model, objective(model, squared), { x: rows([0, 0, 0]) }, { t: rows([1, 1, 2]) });
    expect(loss).toBe(3);
  });

  it('stops above frozen parameters', () => {
    const frozen = run(deep, squared, { t }, (model) => {
      model.freeze('below');
      model.freeze('middle');
    });
    expect(frozen).toEqual({ ran: ['top'], order: ['top'], parameters: ['top.weight'] });
  });

  it('goes through a frozen box to a parameter below it', () => {
    const { ran, parameters } = run(deep, squared, { t }, (model) => model.freeze('middle'));
    expect(ran).toEqual(['top', 'active2', 'middle', 'active1', 'below']);
    expect(parameters).toEqual(['top.weight', 'below.factor']);
  });

  it('begins frozen where the description says so', () => {
    const description = {
      ...deep,
      boxes: { ...deep.boxes, below: box.scale('x', [1, 2, 3], { frozen: true }) },
    };
    expect(run(description, squared, { t }).ran).toEqual(['top', 'active2', 'middle']);
  });

  it('follows every freeze and unfreeze, with the gradients of a model that was always so', () => {
    const { definitions, bprops } = recorded();
    const model = build(deep, { definitions });
    const target = objective(model, squared);
    const x = numbers(2, 3);
    const steps: [frozen: string[], ran: string[]][] = [
      [[], ['top', 'active2', 'middle', 'active1', 'below']],
      [['below'], ['top', 'active2', 'middle']],
      [['below', 'middle'], ['top']],
      [['below', 'middle', 'top'], []],
      [
        ['middle', 'top'],
        ['top', 'active2', 'middle', 'active1', 'below'],
      ],
      [[], ['top', 'active2', 'middle', 'active1', 'below']],
    ];
    for (const [frozen, ran] of steps) {
      for (const name of ['below', 'middle', 'top']) model.freeze(name, frozen.includes(name));
      bprops.length = 0;
      const gradients = written(pass(model, target, { x }, { t }));
      expect(bprops).toEqual(ran);

      const fresh = build(deep);
      for (const name of frozen) fresh.freeze(name);
      expect(gradients).toEqual(written(pass(fresh, objective(fresh, squared), { x }, { t })));
    }
  });

  it('follows a freeze when the passes before it end after it', () => {
    const { definitions, bprops } = recorded();
    const model = build(deep, { definitions });
    const target = objective(model, squared);
    const early = model.fprop({ x: numbers(2, 3) });
    model.freeze('below');
    early.release();
    pass(model, target, { x: numbers(2, 3) }, { t });
    expect(bprops).toEqual(['top', 'active2', 'middle']);
  });

  const twoOutputs: GraphDescription = {
    inputs: { x: [3] },
    boxes: {
      shared: box.scale('x', [1, 2, 3]),
      left: box.scale('shared', [4, 5, 6]),
      right: box.linear('shared', 3),
      active: box.tanh('right'),
    },
    outputs: ['left', 'active'],
  };

  it('walks only below the output that has a loss', () => {
    expect(run(twoOutputs, squared, { t })).toMatchObject({
      ran: ['left', 'shared'],
      parameters: ['left.factor', 'shared.factor'],
    });
    expect(run(twoOutputs, { active: squared }, { t })).toMatchObject({
      ran: ['active', 'right', 'shared'],
      parameters: ['right.weight', 'shared.factor'],
    });
  });

  it('walks below both outputs where both have one', () => {
    const { ran } = run(twoOutputs, { left: squared, active: squared }, { left: t, active: t });
    expect([...ran].sort()).toEqual(['active', 'left', 'right', 'shared']);
    expect(ran.at(-1)).toBe('shared');
  });

  it('takes the loss of an output without a parameter below it into account, and does not walk there', () => {
    const { definitions, bprops } = recorded();
    const model = build(
      {
        inputs: { x: [1] },
        boxes: { plain: box.twice('x'), learned: box.scale('x', [3]) },
        outputs: ['learned', 'plain'],
      },
      { definitions },
    );
    const target = objective(model, { learned: squared, plain: squared });
    const { loss } = pass(model, target, { x: rows([1]) }, { learned: rows([1]), plain: rows([0]) });
    expect(loss).toBe(2 + 2);
    expect(bprops).toEqual(['learned']);
  });
});

import { type Kernels, labels, OptionError, ShapeError, type Sink } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { build, chain, list, numbers, rows } from '../../test/models.js';
import { box, definitions } from '../../test/testBoxes.js';
import { crossEntropy, squared } from '../../test/testLosses.js';
import type { BackwardCells } from '../box/boxCells.js';
import type { BoxDefinition, BoxDefinitions } from '../box/boxDefinition.js';
import type { GradientSink } from '../box/gradientSink.js';
import type { GraphDescription } from '../description/graphDescription.js';
import { FlowGraph } from '../model/flowGraph.js';
import { type CheckedParameter, checkGradients } from './checkGradients.js';

const network: GraphDescription = {
  inputs: { x: [4] },
  boxes: {
    below: box.linear('x', 5),
    active: box.tanh('below'),
    middle: box.scale('active', [1, -2, 3, 0.5, 1.5]),
    top: box.linear('middle', 3, { gradient: 'dense' }),
  },
  outputs: ['top'],
};
const examples = { inputs: { x: numbers(6, 4) }, targets: { t: labels([0, 1, 2, 0, 1, 2]) } };
const distance = { inputs: { x: numbers(6, 4) }, targets: { t: numbers(6, 3) } };

/** The boxes, one kind of which does something more after its bprop. */
function broken(kind: string, after: (cells: BackwardCells) => () => void): BoxDefinitions {
  const right = definitions[kind] as BoxDefinition;
  return {
    ...definitions,
    [kind]: { ...right, bprop: (cells) => [...right.bprop(cells), after(cells)] } satisfies BoxDefinition,
  };
}

/** Makes what a box leaves in a sink 1 % too large. */
function onePercentMore(kernels: Kernels, sink: Sink | undefined): () => void {
  const scale = kernels.scale((sink as Sink).tensor);
  return () => scale(1.01);
}

/** y = f ⊙ x with f = [1, 1] at x = [1, 2] and target 0: the loss is ½(f₁² + 4f₂²), its gradient [f₁, 4f₂] = [1, 4]. */
const twoFactors: GraphDescription = {
  inputs: { x: [2] },
  boxes: { top: box.scale('x', [1, 1]) },
  outputs: ['top'],
};
const twoExamples = { inputs: { x: rows([1, 2]) }, targets: { t: rows([0, 0]) } };

/** The cell of a gradient that is written out. */
function denseSink(sink: GradientSink | undefined): Sink | undefined {
  return sink?.dense();
}

describe('checkGradients passes', () => {
  it.each([0, 1, 2, 3])('a network whose gradients are right, from the seed %d', (seed) => {
    for (const regularizer of [undefined, { l1: 0.1, l2: 0 }, { l1: 0, l2: 0.1 }, { l1: 0.1, l2: 0.1 }]) {
      const report = checkGradients(build(network, { seed }), {
        loss: crossEntropy,
        examples,
        ...(regularizer && { regularizer }),
      });
      expect(report.ok).toBe(true);
      expect(report.maxRelativeError).toBeLessThan(1e-7);
    }
  });

  it('reports every parameter with its worst element', () => {
    const report = checkGradients(build(network), { loss: crossEntropy, examples });
    expect(report.parameters.map(({ name }) => name).sort()).toEqual([
      'below.weight',
      'middle.factor',
      'top.weight',
    ]);
    for (const { name, ok, maxRelativeError, meanAbsoluteError, worst } of report.parameters) {
      expect(ok).toBe(true);
      expect(worst.parameter).toBe(name);
      expect(worst.relativeError).toBe(maxRelativeError);
      expect(worst.analytic).toBeCloseTo(worst.numeric, 6);
      expect(meanAbsoluteError).toBeGreaterThanOrEqual(0);
      expect(meanAbsoluteError).toBeLessThan(1e-7);
      expect(maxRelativeError).toBeLessThanOrEqual(report.maxRelativeError);
    }
    expect(report.worst.relativeError).toBe(report.maxRelativeError);
    expect(report.parameters.map(({ worst }) => worst)).toContain(report.worst);
  });

  it('tells of each parameter as soon as it has been checked, in the order of fprop', () => {
    const told: CheckedParameter[] = [];
    const onParameter = (checked: CheckedParameter): void => void told.push(checked);
    const { parameters } = checkGradients(build(network), { loss: crossEntropy, examples, onParameter });
    expect(told).toEqual(parameters);
    expect(told.map(({ name }) => name)).toEqual(['below.weight', 'middle.factor', 'top.weight']);
  });

  it('finds the gradient that is worked out by hand', () => {
    const { parameters } = checkGradients(build(twoFactors), { loss: squared, examples: twoExamples });
    const [{ worst }] = parameters as [(typeof parameters)[number]];
    const byHand = [1, 4][worst.index[0] as number] as number;
    expect(worst.analytic).toBe(byHand);
    expect(worst.numeric).toBeCloseTo(byHand, 8);
  });

  it('counts the regularizer of weights alone', () => {
    // y = f·W·x with all three 1: ∂½y²/∂W = ∂½y²/∂f = 1; ∂Ω/∂W = ½·1 + 2·2·1
    const model = chain(1, { below: box.linear('x', 1), top: box.scale('below', [1]) });
    const [weight] = model.parameters;
    model.assign(weight as never, [1]);
    const { parameters } = checkGradients(model, {
      loss: squared,
      regularizer: { l1: 0.5, l2: 2 },
      examples: { inputs: { x: rows([1]) }, targets: { t: rows([0]) } },
    });
    const analytic = Object.fromEntries(parameters.map(({ name, worst }) => [name, worst.analytic]));
    expect(analytic).toEqual({ 'below.weight': 1 + 0.5 + 4, 'top.factor': 1 });
  });

  it('several inputs and outputs, with a loss for each', () => {
    const model = build({
      inputs: { x: [3], y: [3] },
      boxes: {
        shared: box.linear('x', 3),
        product: box.multiply('shared', 'y'),
        logits: box.linear('product', 2),
        copy: box.add('shared', 'product', 'shared'),
      },
      outputs: ['logits', 'copy'],
    });
    const { ok } = checkGradients(model, {
      loss: { logits: crossEntropy, copy: squared },
      examples: {
        inputs: { x: numbers(4, 3), y: numbers(4, 3) },
        targets: { logits: labels([0, 1, 1, 0]), copy: numbers(4, 3) },
      },
    });
    expect(ok).toBe(true);
  });

  it('an element that is much smaller than its neighbours, which the difference of two losses cannot resolve', () => {
    const examples = { inputs: { x: rows([1, 1e-9]) }, targets: { t: rows([0, 0]) } };
    expect(checkGradients(build(twoFactors), { loss: squared, examples }).ok).toBe(true);
  });

  it('more elements than passes may be in flight: each pass for a difference ends before the next', () => {
    const model = chain(30, { top: box.linear('x', 20) });
    const wide = { inputs: { x: numbers(1, 30) }, targets: { t: numbers(1, 20) } };
    expect(checkGradients(model, { loss: squared, examples: wide }).ok).toBe(true);
  });

  it('a gradient that is 0 and found to be', () => {
    const examples = { inputs: { x: rows([0, 0]) }, targets: { t: rows([3, 4]) } };
    const report = checkGradients(build(twoFactors), { loss: squared, examples });
    expect(report).toMatchObject({ ok: true, maxRelativeError: 0 });
    expect(report.worst).toMatchObject({ index: [0], analytic: 0, numeric: 0, relativeError: 0 });
  });
});

describe('checkGradients fails', () => {
  it("a bprop that leaves a parameter's gradient 1 % too large", () => {
    const definitions = broken('scale', ({ kernels, gradients }) =>
      onePercentMore(kernels, denseSink(gradients.factor)),
    );
    const report = checkGradients(build(network, { definitions }), { loss: crossEntropy, examples });
    expect(report.ok).toBe(false);
    expect(report.worst.parameter).toBe('middle.factor');
    expect(report.maxRelativeError).toBeCloseTo(0.01 / 1.01, 5);
    expect(report.parameters.map(({ name, ok }) => [name, ok])).toEqual([
      ['below.weight', true],
      ['middle.factor', false],
      ['top.weight', true],
    ]);
  });

  it('a bprop that leaves the gradient of its child 1 % too large', () => {
    const definitions = broken('tanh', ({ kernels, dInputs }) => onePercentMore(kernels, dInputs[0]));
    const report = checkGradients(build(network, { definitions }), { loss: crossEntropy, examples });
    expect(report.ok).toBe(false);
    expect(report.parameters.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(['below.weight']);
  });

  it('a loss whose gradient is 1 % too large', () => {
    const loss = {
      ...squared,
      bprop: (cells: Parameters<typeof squared.bprop>[0]) =>
        squared.bprop({ ...cells, factor: 1.01 * cells.factor }),
    };
    const report = checkGradients(build(network), { loss, examples: distance });
    expect(report.ok).toBe(false);
    expect(report.parameters.every(({ ok }) => !ok)).toBe(true);
  });

  it('a single wrong element among many, and says which', () => {
    const definitions = broken('linear', ({ gradients: { weight } }) => () => {
      const { gradient } = weight ?? {};
      if (gradient?.form === 'dense') gradient.tensor.set(3, 1, gradient.tensor.get(3, 1) * 1.01);
    });
    const report = checkGradients(build(network, { definitions }), { loss: crossEntropy, examples });
    expect(report.ok).toBe(false);
    expect(report.worst).toMatchObject({ parameter: 'top.weight', index: [3, 1] });
    expect(report.worst.analytic / report.worst.numeric).toBeCloseTo(1.01, 5);
  });

  it('and measures how far: errors worked out by hand', () => {
    const definitions = broken('scale', ({ kernels, gradients }) =>
      onePercentMore(kernels, denseSink(gradients.factor)),
    );
    const report = checkGradients(build(twoFactors, { definitions }), {
      loss: squared,
      examples: twoExamples,
    });
    const [{ meanAbsoluteError, worst }] = report.parameters as [(typeof report.parameters)[number]];
    // [1.01, 4.04] against [1, 4]: 0.01 and 0.04; relative to the largest, 0.04 / 4.04
    expect(meanAbsoluteError).toBeCloseTo(0.025, 8);
    expect(worst).toMatchObject({ parameter: 'top.factor', index: [1], analytic: 4.04 });
    expect(worst.numeric).toBeCloseTo(4, 8);
    expect(worst.relativeError).toBeCloseTo(0.04 / 4.04, 8);
  });

  it('a gradient that is missing where there should be one', () => {
    const definitions = broken(
      'scale',
      ({ gradients: { factor } }) =>
        () =>
          denseSink(factor)?.tensor.data.fill(0),
    );
    const report = checkGradients(build(twoFactors, { definitions }), {
      loss: squared,
      examples: twoExamples,
    });
    expect(report).toMatchObject({ ok: false, maxRelativeError: 1 });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])(
    'a gradient that is %d in one element, and says which',
    (value) => {
      const definitions = broken(
        'scale',
        ({ gradients: { factor } }) =>
          () =>
            denseSink(factor)?.tensor.set(1, value),
      );
      const report = checkGradients(build(network, { definitions }), { loss: crossEntropy, examples });
      expect(report.ok).toBe(false);
      expect(report.maxRelativeError).toBe(Number.POSITIVE_INFINITY);
      expect(report.worst).toMatchObject({ parameter: 'middle.factor', index: [1], analytic: value });
      expect(report.parameters.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(['middle.factor']);
    },
  );

  it('a loss that overflows', () => {
    const examples = { inputs: { x: rows([1e200, 1]) }, targets: { t: rows([-1e200, 0]) } };
    const report = checkGradients(build(twoFactors), { loss: squared, examples });
    expect(report).toMatchObject({ ok: false, maxRelativeError: Number.POSITIVE_INFINITY });
  });
});

describe('checkGradients leaves', () => {
  it('frozen parameters out, and checks those below them', () => {
    const model = build(network);
    model.freeze('middle');
    const { ok, parameters } = checkGradients(model, { loss: crossEntropy, examples });
    expect(ok).toBe(true);
    expect(parameters.map(({ name }) => name)).toEqual(['below.weight', 'top.weight']);
  });

  it('out what was frozen by the description, and checks what was let go since', () => {
    const boxes = { ...network.boxes, middle: box.scale('active', [1, 1, 1, 1, 1], { frozen: true }) };
    const model = build({ ...network, boxes });
    const names = () =>
      checkGradients(model, { loss: crossEntropy, examples }).parameters.map(({ name }) => name);
    expect(names()).toEqual(['below.weight', 'top.weight']);
    model.freeze('middle', false);
    expect(names()).toEqual(['below.weight', 'middle.factor', 'top.weight']);
  });

  it("the model's own parameters, version, memory and passes as they are", () => {
    const model = build(network, { seed: 5 });
    const before = model.parameters.map(({ value }) => list(value));
    const { version, kernels } = model;
    const { used } = kernels.arena;
    checkGradients(model, { loss: crossEntropy, examples });
    expect(model.parameters.map(({ value }) => list(value))).toEqual(before);
    expect(model.version).toBe(version);
    expect(kernels.arena.used).toBe(used);
    expect(model.passesInFlight).toBe(0);
  });
});

describe('checkGradients works', () => {
  it('on the parameters that the model has now, not on those it began with', () => {
    const model = build(twoFactors);
    model.assign(model.parameters[0] as never, [10, 10]);
    const { parameters } = checkGradients(model, { loss: squared, examples: twoExamples });
    const [{ worst }] = parameters as [(typeof parameters)[number]];
    expect(worst.analytic).toBe([10, 40][worst.index[0] as number]);
  });

  it('in float64 on a float32 model, to the same tolerance', () => {
    const seen = new Set<string>();
    const watched: BoxDefinitions = Object.fromEntries(
      Object.entries(definitions).map(([kind, definition]) => [
        kind,
        {
          ...definition,
          bprop: (cells) => {
            seen.add(`${cells.kernels.name} ${cells.output.dtype} ${cells.dOutput.dtype}`);
            return definition.bprop(cells);
          },
        } satisfies BoxDefinition,
      ]),
    );
    const model = new FlowGraph(network, { dtype: 'float32', definitions: watched, seed: 1 });
    const report = checkGradients(model, { loss: crossEntropy, examples });
    expect(report.ok).toBe(true);
    expect([...seen]).toEqual(['reference float64 float64']);
    expect(model.parameters[0]?.value.data).toBeInstanceOf(Float32Array);
  });

  it('with the tolerance that is asked for', () => {
    const definitions = broken('scale', ({ kernels, gradients }) =>
      onePercentMore(kernels, denseSink(gradients.factor)),
    );
    const model = build(twoFactors, { definitions });
    const ok = (tolerance: number) =>
      checkGradients(model, { loss: squared, examples: twoExamples, tolerance }).ok;
    expect(ok(0.02)).toBe(true);
    expect(ok(0.005)).toBe(false);
  });

  it('with the ε that is asked for: any for a square, whose difference is exact, a small one for tanh', () => {
    const ok = (model: FlowGraph, epsilon: number) =>
      checkGradients(model, { loss: squared, examples: twoExamples, epsilon }).ok;
    const curved = build({
      ...twoFactors,
      boxes: { below: box.scale('x', [1, 1]), top: box.tanh('below') },
    });
    expect(ok(build(twoFactors), 0.5)).toBe(true);
    expect(ok(curved, 0.5)).toBe(false);
    expect(ok(curved, 1e-5)).toBe(true);
  });
});

describe('checkGradients checks', () => {
  const counts = (maxElements?: number) =>
    checkGradients(build(network), {
      loss: crossEntropy,
      examples,
      ...(maxElements === undefined ? {} : { maxElements }),
    }).parameters.map(({ name, checked, size }) => [name, checked, size]);

  it('all elements unless told otherwise, and then at most so many of each parameter', () => {
    const all = [
      ['below.weight', 20, 20],
      ['middle.factor', 5, 5],
      ['top.weight', 15, 15],
    ];
    expect(counts()).toEqual(all);
    expect(counts(1000)).toEqual(all);
    expect(counts(7.5)).toEqual([
      ['below.weight', 7, 20],
      ['middle.factor', 5, 5],
      ['top.weight', 7, 15],
    ]);
  });

  /** Elements of a weight of 100 whose gradient was looked at, found by which ones are told as the worst. */
  const worstOf = (maxElements: number, seed: number): number => {
    const model = chain(10, { top: box.linear('x', 10) });
    const { worst } = checkGradients(model, { loss: squared, examples: ten, maxElements, seed });
    return (worst.index[0] as number) * 10 + (worst.index[1] as number);
  };
  const ten = { inputs: { x: numbers(1, 10) }, targets: { t: numbers(1, 10) } };

  it('the same ones for the same seed, and others for others, all over the parameter', () => {
    const drawn = Array.from({ length: 40 }, (_, seed) => worstOf(1, seed));
    expect(Array.from({ length: 40 }, (_, seed) => worstOf(1, seed))).toEqual(drawn);
    expect(new Set(drawn).size).toBeGreaterThan(25);
    expect(Math.min(...drawn)).toBeLessThan(20);
    expect(Math.max(...drawn)).toBeGreaterThan(79);
  });

  it('one element of each stretch: an error in half of them is seen by a few', () => {
    const definitions = broken('scale', ({ kernels, gradients }) => {
      const { tensor } = denseSink(gradients.factor) as Sink;
      const scale = kernels.scale(tensor.hi(50));
      return () => scale(1.01);
    });
    const factors = new Array<number>(100).fill(1);
    const model = build(
      { inputs: { x: [100] }, boxes: { top: box.scale('x', factors) }, outputs: ['top'] },
      { definitions },
    );
    const t = rows(new Array<number>(100).fill(0));
    const hundred = { inputs: { x: numbers(1, 100) }, targets: { t } };
    for (let seed = 0; seed < 20; seed++) {
      const { ok, worst } = checkGradients(model, { loss: squared, examples: hundred, maxElements: 4, seed });
      expect([ok, (worst.index[0] as number) < 50]).toEqual([false, true]);
    }
  });
});

describe('checkGradients refuses', () => {
  it.each([0, -1, Number.NaN])('%d as the number of elements to check', (maxElements) => {
    expect(() => checkGradients(build(network), { loss: crossEntropy, examples, maxElements })).toThrow(
      new OptionError(
        `checkGradients maxElements: expected 1 or more, got ${maxElements}; give a number, or leave it out to check all`,
      ),
    );
  });

  it.each([0, -1e-6, Number.NaN])('tolerance %d', (tolerance) => {
    expect(() => checkGradients(build(network), { loss: crossEntropy, examples, tolerance })).toThrow(
      new OptionError(
        `checkGradients tolerance: expected a positive number, got ${tolerance}; give one, as 1e-7`,
      ),
    );
  });

  it.each([0, -1e-6, Number.NaN])('ε = %d', (epsilon) => {
    expect(() => checkGradients(build(network), { loss: crossEntropy, examples, epsilon })).toThrow(
      new OptionError(
        `checkGradients epsilon: expected a positive number, got ${epsilon}; give one, as 1e-6`,
      ),
    );
  });

  it('an option that is none', () => {
    const mistyped = { loss: crossEntropy, examples, regulariser: { l1: 0, l2: 1 } };
    expect(() => checkGradients(build(network), mistyped)).toThrow(
      new OptionError(
        "checkGradients: expected loss, regularizer, examples, epsilon, tolerance, maxElements, seed, mode, onParameter, got 'regulariser'; did you mean 'regularizer'?",
      ),
    );
  });

  it('a model in which nothing learns', () => {
    const model = build(twoFactors);
    model.freeze('top');
    const nothing = new OptionError(
      'checkGradients: expected a parameter below the loss that learns, got none; unfreeze one',
    );
    expect(() => checkGradients(model, { loss: squared, examples: twoExamples })).toThrow(nothing);
    const plain = chain(2, { top: box.twice('x') });
    expect(() => checkGradients(plain, { loss: squared, examples: twoExamples })).toThrow(nothing);
  });

  it('examples that do not fit the model', () => {
    expect(() => checkGradients(build(network), { loss: squared, examples: twoExamples })).toThrow(
      new ShapeError("fprop input 'x': expected shape [batch, 4], got [1, 2]; give it that shape"),
    );
    const targets = { t: rows([0]) };
    expect(() =>
      checkGradients(build(twoFactors), { loss: squared, examples: { ...twoExamples, targets } }),
    ).toThrow(new ShapeError("targets of 'top': expected shape [batch, 2], got [1, 1]; give it that shape"));
  });

  it('a loss for an output that the model does not have', () => {
    expect(() => checkGradients(build(network), { loss: { logits: crossEntropy }, examples })).toThrow(
      new OptionError(
        "loss 'crossEntropy': expected one of the outputs top, got 'logits'; name one of these",
      ),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernelsUnderTest, workbench } from '../../test/kernelsUnderTest.js';
import { expectNear, type Nested, nested, rows } from '../../test/nested.js';
import { type ElementwiseName, elementwise } from '../elementwise.js';

const names = Object.keys(elementwise) as ElementwiseName[];

/** A value of each function at four points, by hand, and dOutput ⊙ f′ there for dOutput = [1, 2, 3, 4]. */
const worked: Record<ElementwiseName, { input: number[]; output: number[]; dInput: number[] }> = {
  // σ′ = y(1 − y): ¼, 3/16, 3/16, 0.2·0.8
  sigmoid: {
    input: [0, Math.log(3), -Math.log(3), Math.log(4)],
    output: [0.5, 0.75, 0.25, 0.8],
    dInput: [0.25, 0.375, 0.5625, 0.64],
  },
  // tanh(ln a) = (a² − 1) / (a² + 1); tanh′ = 1 − y²: 1, 0.64, 0.64, 0.36
  tanh: {
    input: [0, Math.log(2), -Math.log(2), Math.log(3)],
    output: [0, 0.6, -0.6, 0.8],
    dInput: [1, 1.28, 1.92, 1.44],
  },
  relu: { input: [0, 2, -3, 0.5], output: [0, 2, 0, 0.5], dInput: [0, 2, 0, 4] },
};

const extreme: Record<ElementwiseName, readonly [below: number, above: number]> = {
  sigmoid: [0, 1],
  tanh: [-1, 1],
  relu: [0, 1e8],
};

/** A square of four numbers. */
const square = ([a = 0, b = 0, c = 0, d = 0]: readonly number[]): Nested => rows([a, b], [c, d]);

describe.each(kernelsUnderTest)('elementwise, $name in $dtype', (under) => {
  const { kernels, cell, blank } = workbench(under);

  describe.each(names)('%s', (name) => {
    const { input, output } = worked[name];

    it.each(under.layouts)('has its worked values on matrices that lie %s', (layout) => {
      const sink = blank([2, 2], layout);
      kernels.elementwise(name, cell(square(input), layout), sink)();
      expectNear(sink, square(output), under.tolerance);
    });

    it('takes vectors and examples of several axes', () => {
      const vector = blank([4]);
      kernels.elementwise(name, cell(input), vector)();
      expectNear(vector, output, under.tolerance);
      const cube = blank([1, 2, 2]);
      kernels.elementwise(name, cell([square(input)]), cube)();
      expectNear(cube, [square(output)], under.tolerance);
    });

    it('is finite at ±1e8', () => {
      const sink = blank([1, 2]);
      kernels.elementwise(name, cell([[-1e8, 1e8]]), sink)();
      expect(nested(sink)).toEqual([extreme[name]]);
    });

    it('keeps a NaN to be seen', () => {
      const sink = cell([0, 0]);
      kernels.elementwise(name, cell([Number.NaN, 1]), sink)();
      expect(sink.get(0)).toBeNaN();
      expect(sink.get(1)).not.toBeNaN();
    });

    it('of an empty minibatch is empty', () => {
      const sink = blank([0, 3]);
      kernels.elementwise(name, blank([0, 3]), sink)();
      expect(nested(sink)).toEqual([]);
    });

    it('is the function of the table, for every number', () => {
      const source = blank([8]);
      const sink = blank([8]);
      const run = kernels.elementwise(name, source, sink);
      const numbers = fc.double({ min: -50, max: 50, noNaN: true });
      fc.assert(
        fc.property(fc.array(numbers, { minLength: 8, maxLength: 8 }), (values) => {
          source.data.set(values);
          run();
          expectNear(
            sink,
            [...source.data].map((x) => elementwise[name].value(x) + 0),
            under.tolerance,
          );
        }),
      );
    });
  });
});

describe.each(kernelsUnderTest)('elementwiseGradient, $name in $dtype', (under) => {
  const { kernels, cell, blank } = workbench(under);

  describe.each(names)('%s', (name) => {
    const { input, output, dInput } = worked[name];
    const dOutput = square([1, 2, 3, 4]);

    it.each(under.layouts)('multiplies dOutput by the derivative, on matrices that lie %s', (layout) => {
      const sink = blank([2, 2], layout);
      kernels.elementwiseGradient(
        name,
        cell(square(input), layout),
        cell(square(output), layout),
        cell(dOutput, layout),
        { tensor: sink, beta: 0 },
      )();
      expectNear(sink, square(dInput), under.tolerance);
    });

    it.each(under.layouts)('adds with beta 1, on matrices that lie %s', (layout) => {
      const sink = cell(square([10, 20, 30, 40]), layout);
      kernels.elementwiseGradient(
        name,
        cell(square(input), layout),
        cell(square(output), layout),
        cell(dOutput, layout),
        { tensor: sink, beta: 1 },
      )();
      expectNear(sink, square(dInput.map((value, i) => value + 10 * (i + 1))), under.tolerance);
    });

    it('at ±1e8 is finite: 0 where the function is flat', () => {
      const [below, above] = extreme[name];
      const sink = blank([1, 2]);
      kernels.elementwiseGradient(name, cell([[-1e8, 1e8]]), cell([[below, above]]), cell([[5, 5]]), {
        tensor: sink,
        beta: 0,
      })();
      expect(nested(sink)).toEqual([[0, name === 'relu' ? 5 : 0]]);
    });

    it('of an empty minibatch is empty', () => {
      const sink = blank([0, 3]);
      const none = blank([0, 3]);
      kernels.elementwiseGradient(name, none, none, none, { tensor: sink, beta: 0 })();
      expect(nested(sink)).toEqual([]);
    });
  });

  it('of relu at the kink itself is 0', () => {
    const sink = blank([1]);
    kernels.elementwiseGradient('relu', cell([0]), cell([0]), cell([7]), { tensor: sink, beta: 0 })();
    expect(nested(sink)).toEqual([0]);
  });
});

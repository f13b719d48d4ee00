import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernelsUnderTest, workbench } from '../../test/kernelsUnderTest.js';
import { expectNear, type Nested, nested, rows } from '../../test/nested.js';
import type { ElementwiseFunction } from '../elementwise/elementwiseFunction.js';
import { type ElementwiseName, elementwise } from '../elementwise/named.js';
import { OptionError } from '../errors.js';
import { anyNumber, numbersOf } from '../numberOption.js';
import type { Tensor } from '../tensor.js';

const names = Object.keys(elementwise) as ElementwiseName[];

/** A value of each function at four points, by hand, and dOutput ⊙ f′ there for dOutput = [1, 2, 3, 4]. */
const worked: Readonly<Record<string, { input: number[]; output: number[]; dInput: number[] }>> = {
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

/** f and f′ of the table, with the options that each has by default. */
function exact(name: ElementwiseName) {
  const { options = {}, value, derivative }: ElementwiseFunction = elementwise[name];
  const numbers = numbersOf(name, options, {});
  return {
    value: (x: number): number => value(x, numbers) + 0,
    derivative: (x: number): number => derivative(x, value(x, numbers), numbers) + 0,
  };
}

const dOutput = rows([1, 2], [3, 4]);

/** A square of four numbers. */
const square = ([a = 0, b = 0, c = 0, d = 0]: readonly number[]): Nested => rows([a, b], [c, d]);

describe.each(kernelsUnderTest)('elementwise, $name in $dtype', (under) => {
  const { kernels, cell, blank } = workbench(under);

  describe.each(Object.keys(worked) as ElementwiseName[])('%s', (name) => {
    const { input, output, dInput } = worked[name] as (typeof worked)[string];

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

    it.each(under.layouts)('adds to a gradient with beta 1, on matrices that lie %s', (layout) => {
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
  });

  describe.each(names)('%s', (name) => {
    const f = exact(name);
    /** Where float32 rounds a number that the function magnifies, as 1 + x near −1, it cannot be nearer. */
    const tolerance = under.dtype === 'float32' ? 2e-6 : under.tolerance;

    it('is the function of the table, and its gradient the derivative, for every number', () => {
      const [input, output, sink] = [blank([8]), blank([8]), blank([8])];
      const forward = kernels.elementwise(name, input, output);
      const ones = cell([1, 1, 1, 1, 1, 1, 1, 1]);
      const back = kernels.elementwiseGradient(name, input, output, ones, { tensor: sink, beta: 0 });
      const numbers = fc.oneof(
        fc.double({ min: -12, max: 12, noNaN: true }),
        fc.constantFrom(0, -0, 1, -1, 3, -3, 1e8, -1e8, 40, -40),
      );
      fc.assert(
        fc.property(fc.array(numbers, { minLength: 8, maxLength: 8 }), (values) => {
          input.data.set(values);
          forward();
          back();
          const inputs = [...input.data];
          expectNear(output, rounded(output, inputs.map(f.value)), tolerance);
          expectNear(sink, rounded(sink, inputs.map(f.derivative)), tolerance);
        }),
      );
    });

    it('keeps a NaN to be seen', () => {
      const sink = cell([0, 0]);
      kernels.elementwise(name, cell([Number.NaN, 0.5]), sink)();
      expect(sink.get(0)).toBeNaN();
      expect(sink.get(1)).not.toBeNaN();
    });

    it('of an empty minibatch is empty, and so is its gradient', () => {
      const [sink, none] = [blank([0, 3]), blank([0, 3])];
      kernels.elementwise(name, none, sink)();
      kernels.elementwiseGradient(name, none, none, none, { tensor: sink, beta: 0 })();
      expect(nested(sink)).toEqual([]);
    });
  });

  it('has the derivative of relu at its kink: 0', () => {
    const sink = blank([1]);
    kernels.elementwiseGradient('relu', cell([0]), cell([0]), cell([7]), { tensor: sink, beta: 0 })();
    expect(nested(sink)).toEqual([0]);
  });

  it('takes the options of a function, and refuses others', () => {
    const sink = blank([4]);
    kernels.elementwise('leakyRelu', cell([-2, 2, -4, 0]), sink, { slope: 0.5 })();
    expect(nested(sink)).toEqual([-1, 2, -2, 0]);
    const input = cell([-2, -1, 0.5, 4]);
    kernels.elementwise('clip', input, sink, { min: -1, max: 2 })();
    expect(nested(sink)).toEqual([-1, -1, 0.5, 2]);
    kernels.elementwiseGradient(
      'clip',
      input,
      sink,
      cell([1, 2, 3, 4]),
      { tensor: sink, beta: 0 },
      { min: -1, max: 2 },
    )();
    expect(nested(sink)).toEqual([0, 2, 3, 0]);
    expect(() => kernels.elementwise('elu', input, sink, { alpha: 0 })).toThrow(
      new OptionError('elu alpha: expected a positive number, got 0; give one, as 1'),
    );
    expect(() => kernels.elementwise('elu', input, sink, { aplha: 1 })).toThrow(
      new OptionError("elu: expected alpha, got 'aplha'; did you mean 'alpha'?"),
    );
  });

  it("takes a function of one's own, with its options", () => {
    const cube: ElementwiseFunction = {
      options: { scale: anyNumber(1) },
      value: (x, { scale }) => scale * x ** 3,
      derivative: (x, _, { scale }) => 3 * scale * x ** 2,
    };
    const [input, output, sink] = [cell([1, 2, -3]), blank([3]), blank([3])];
    kernels.elementwise(cube, input, output, { scale: 2 })();
    expect(nested(output)).toEqual([2, 16, -54]);
    const ones = cell([1, 1, 10]);
    kernels.elementwiseGradient(cube, input, output, ones, { tensor: sink, beta: 0 }, { scale: 2 })();
    expect(nested(sink)).toEqual([6, 24, 540]);
  });

  it('refuses a name that is none', () => {
    // @ts-expect-error: no such function
    expect(() => kernels.elementwise('softsine', cell([1]), blank([1]))).toThrow(OptionError);
  });
});

/** float32 overflows where float64 does not. */
function rounded({ data }: Tensor, values: readonly number[]): number[] {
  return data instanceof Float32Array ? values.map((value) => Math.fround(value)) : [...values];
}

import { OptionError, ShapeError, tensor } from '@fluxion/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runBox } from '../../test/runBox.js';
import { graph } from '../graph.js';
import { sequential } from '../sequential.js';
import { linear, linearBox } from './linear.js';

/** Weight [3, 2] and bias [2], worked by hand below. */
const parameters = { weight: tensor([1, 2, 3, 4, 5, 6], [3, 2]), bias: tensor([0.5, -1], [2]) };

describe('linear', () => {
  it('is input · weight + bias, each example for itself', () => {
    const input = tensor([1, 0, -1, 2, 1, 0.5], [2, 3]);
    // [1 − 5 + ½, 2 − 6 − 1], [2 + 3 + 2½ + ½, 4 + 4 + 3 − 1]
    expect(runBox(linearBox, linear(2), [input], { parameters }).output).toEqual([-3.5, -5, 8, 10]);
  });

  it('hands its child dOutput · weightᵀ', () => {
    const input = tensor([0, 0, 0, 0, 0, 0], [2, 3]);
    // rows [1, 10] and [−1, 2] against the rows of weight
    expect(runBox(linearBox, linear(2), [input], { dOutput: [1, 10, -1, 2], parameters }).dInputs).toEqual([
      [21, 43, 65, 3, 5, 7],
    ]);
  });

  it("leaves the bias the sum of dOutput's rows", () => {
    const input = tensor([0, 0, 0, 0, 0, 0, 0, 0, 0], [3, 3]);
    expect(
      runBox(linearBox, linear(2), [input], { dOutput: [1, 10, 2, 20, 3, 30], parameters }).gradients.bias,
    ).toEqual([6, 60]);
  });

  it('leaves the weight inputᵀ · dOutput', () => {
    const input = tensor([1, 2, 3, 0, -1, 0], [2, 3]);
    const { gradients } = runBox(linearBox, linear(2), [input], { dOutput: [1, 10, 2, 5], parameters });
    expect(gradients.weight).toEqual([1, 10, 0, 15, 3, 30]);
  });

  it('has a weight [fanIn, fanOut] and a bias [fanOut]', () => {
    const model = sequential([linear(2)], { inputShape: [3] });
    expect(model.parameters.map(({ name, value }) => [name, value.shape])).toEqual([
      ['linear1.weight', [3, 2]],
      ['linear1.bias', [2]],
    ]);
  });

  it('counts its weight and not its bias among what is regularized', () => {
    const model = sequential([linear(2)], { inputShape: [3] });
    expect(model.parameters.map(({ regularized }) => regularized)).toEqual([true, false]);
  });

  it('passes over the gradients that nobody wants', () => {
    const model = sequential([linear(3), linear(2, { frozen: true })], { inputShape: [4] });
    expect(model.parameters.map(({ name, frozen }) => [name, frozen])).toEqual([
      ['linear1.weight', false],
      ['linear1.bias', false],
      ['linear2.weight', true],
      ['linear2.bias', true],
    ]);
  });

  it('starts its biases at 0, and its weight as the initializer says', () => {
    const [glorot] = sequential([linear(5)], { inputShape: [4] }).parameters;
    const [zeros, bias] = sequential([linear(5, { initializer: 'zeros' })], { inputShape: [4] }).parameters;
    expect(glorot?.value.data.some((w) => w !== 0)).toBe(true);
    expect([...(zeros?.value.data ?? [])]).toEqual(Array(20).fill(0));
    expect([...(bias?.value.data ?? [])]).toEqual(Array(5).fill(0));
  });

  it('is linear: f(a + b) + f(0) = f(a) + f(b)', () => {
    const vector = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 3, maxLength: 3 });
    const f = (input: number[]): number[] =>
      runBox(linearBox, linear(2), [tensor(input, [1, 3])], { parameters }).output;
    fc.assert(
      fc.property(vector, vector, (a, b) => {
        const ofSum = f(a.map((value, i) => value + b[i]));
        const zero = f([0, 0, 0]);
        const [left, right] = [f(a), f(b)];
        ofSum.forEach((value, j) => {
          expect(value + zero[j]).toBe(left[j] + right[j]);
        });
      }),
    );
  });

  it('is exact at ±1e8, and makes an empty batch of an empty batch', () => {
    const input = tensor([1e8, -1e8, 0], [1, 3]);
    expect(runBox(linearBox, linear(2), [input], { parameters }).output).toEqual([-2e8 + 0.5, -2e8 - 1]);
    const empty = runBox(linearBox, linear(2), [tensor([], [0, 3])], { parameters });
    expect(empty.output).toEqual([]);
    expect(empty.gradients.bias).toEqual([0, 0]);
  });

  it('has no bias where it is told so', () => {
    const { weight } = parameters;
    const { output, gradients } = runBox(linearBox, linear(2, { bias: false }), [tensor([1, 2, 3], [1, 3])], {
      parameters: { weight },
      dOutput: [1, 10],
    });
    expect(output).toEqual([22, 28]);
    expect(Object.keys(gradients)).toEqual(['weight']);
    const model = sequential([linear(2, { bias: false })], { inputShape: [3] });
    expect(model.parameters.map(({ name }) => name)).toEqual(['linear1.weight']);
    expect(() => sequential([linear(2, { bias: 0 as never })], { inputShape: [3] })).toThrow(
      "linear 'linear1' bias: expected true or false, got 0",
    );
  });

  it('reads a strided view', () => {
    const down = tensor([1, 2, 0, 1, -1, 0.5], [3, 2]).transpose(1, 0);
    expect(runBox(linearBox, linear(2), [down], { parameters }).output).toEqual([-3.5, -5, 8, 10]);
  });

  it('maps each vector along the last axis of an example with more', () => {
    const [steps, alone] = [
      [2, 2, 3],
      [4, 3],
    ].map((shape) => {
      const input = tensor([1, 0, -1, 2, 1, 0.5, 0, 1, 0, 3, -2, 1], shape);
      return runBox(linearBox, linear(2), [input], { dOutput: [1, 2, 3, 4, 5, 6, 7, 8], parameters });
    });
    expect(steps?.shape).toEqual([2, 2]);
    expect({ ...steps, shape: [2] }).toEqual(alone);
  });

  it('refuses an example that is a single number', () => {
    expect(() => sequential([linear(10)], { inputShape: [] })).toThrow(
      new ShapeError("linear 'linear1' input: expected shape [fanIn], got []; give it a vector"),
    );
  });

  it.each([0, -3, 2.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d units', (units) => {
    expect(() => linear(units)).toThrow(
      new OptionError(`linear units: expected a whole number from 1, got ${units}; give such a number`),
    );
  });

  it.each([
    [{}, 'undefined'],
    [{ units: 0 }, '0'],
    [{ units: '10' }, "'10'"],
    [{ units: null }, 'null'],
  ])('refuses a description read from JSON with %j', (options, got) => {
    const boxes = { hidden: { kind: 'linear', children: ['input'], ...options } };
    expect(() => graph({ inputs: { input: [4] }, boxes, outputs: ['hidden'] })).toThrow(
      new OptionError(
        `linear 'hidden' units: expected a whole number from 1, got ${got}; give such a number`,
      ),
    );
  });

  it('refuses an initializer that there is not', () => {
    // @ts-expect-error: no such initializer
    expect(() => sequential([linear(2, { initializer: 'glorot' })], { inputShape: [3] })).toThrow(
      new OptionError(
        "linear 'linear1' initializer: expected one of zeros, ones, lecunUniform, lecunNormal, glorotUniform, glorotNormal, heUniform, heNormal, orthogonal, { kind: 'constant', value }, { kind: 'normal' or 'truncatedNormal', deviation }, got 'glorot'; give one of these",
      ),
    );
  });
});

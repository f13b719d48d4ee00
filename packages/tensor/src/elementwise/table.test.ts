import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Numbers, numbersOf } from '../numberOption.js';
import type { ElementwiseFunction } from './elementwiseFunction.js';
import { type ElementwiseName, elementwise } from './named.js';

const names = Object.keys(elementwise) as ElementwiseName[];

/** A function with its options as they are by default. */
function plain(name: ElementwiseName): { value(x: number): number; derivative(x: number): number } {
  const { options = {}, value, derivative }: ElementwiseFunction = elementwise[name];
  const numbers: Numbers = numbersOf(name, options, {});
  return {
    value: (x) => value(x, numbers),
    derivative: (x) => derivative(x, value(x, numbers), numbers),
  };
}

const [sigmoid, tanh, relu] = [plain('sigmoid'), plain('tanh'), plain('relu')];

/** Numbers of ordinary size that are not near a whole number, where some functions have their kinks. */
const awayFromKinks = fc
  .tuple(fc.integer({ min: -6, max: 5 }), fc.double({ min: 0.05, max: 0.95, noNaN: true }))
  .map(([whole, part]) => whole + part);

/** Functions that are not finite everywhere. */
const unbounded: readonly ElementwiseName[] = ['exp', 'expm1', 'log', 'log1p', 'sqrt'];
const bounded = names.filter((name) => !unbounded.includes(name));

describe('elementwise', () => {
  it.each(names)('%s has the derivative that its central difference says', (name) => {
    const { value, derivative } = plain(name);
    fc.assert(
      fc.property(awayFromKinks, (x) => {
        const epsilon = 1e-6;
        const numeric = (value(x + epsilon) - value(x - epsilon)) / (2 * epsilon);
        if (Number.isNaN(value(x))) return;
        expect(Math.abs(derivative(x) - numeric)).toBeLessThan(2e-8 * Math.max(1, Math.abs(numeric)));
      }),
    );
  });

  it.each(names)('%s of NaN is NaN', (name) => {
    expect(plain(name).value(Number.NaN)).toBeNaN();
  });

  it.each(bounded)('%s and its derivative are finite at ±1e8', (name) => {
    const { value, derivative } = plain(name);
    for (const x of [1e8, -1e8]) {
      expect(value(x)).toSatisfy(Number.isFinite);
      expect(derivative(x)).toSatisfy(Number.isFinite);
    }
  });
});

describe('sigmoid', () => {
  it('is ½ at 0, ¾ at ln 3 and ¼ at −ln 3', () => {
    expect(sigmoid.value(0)).toBe(0.5);
    expect(sigmoid.value(Math.log(3))).toBeCloseTo(0.75, 15);
    expect(sigmoid.value(-Math.log(3))).toBeCloseTo(0.25, 15);
  });

  it('has the slope y(1 − y), ¼ at 0', () => {
    expect(sigmoid.derivative(0)).toBe(0.25);
  });

  it('of −x is 1 − σ(x)', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (x) => {
        expect(sigmoid.value(-x)).toBeCloseTo(1 - sigmoid.value(x), 15);
      }),
    );
  });

  it('keeps its precision where e⁻ˣ overflows: σ(−740) = e⁻⁷⁴⁰, and 0 below all numbers', () => {
    expect(sigmoid.value(-740)).toBe(Math.exp(-740));
    expect(sigmoid.value(-740)).toBeGreaterThan(0);
    expect(sigmoid.value(-1e8)).toBe(0);
    expect(sigmoid.value(1e8)).toBe(1);
    expect(sigmoid.value(Number.NEGATIVE_INFINITY)).toBe(0);
    expect(sigmoid.value(Number.POSITIVE_INFINITY)).toBe(1);
  });
});

describe('tanh', () => {
  it('is 0 at 0 and ±3/5 at ±ln 2', () => {
    expect(tanh.value(0)).toBe(0);
    expect(tanh.value(Math.log(2))).toBeCloseTo(0.6, 15);
    expect(tanh.value(-Math.log(2))).toBeCloseTo(-0.6, 15);
  });

  it('has the slope 1 − y²', () => {
    expect(tanh.derivative(0)).toBe(1);
    expect(tanh.derivative(Math.log(2))).toBeCloseTo(0.64, 15);
  });

  it('is ±1 at ±1e8', () => {
    expect(tanh.value(1e8)).toBe(1);
    expect(tanh.value(-1e8)).toBe(-1);
  });
});

describe('relu', () => {
  it('keeps what is above 0 and nothing else', () => {
    expect([3, 1e8, 1e-300].map(relu.value)).toEqual([3, 1e8, 1e-300]);
    expect([0, -3, -1e8, Number.NEGATIVE_INFINITY].map(relu.value)).toEqual([0, 0, 0, 0]);
  });

  it('has the slope 1 above 0, 0 below, and 0 at the kink itself', () => {
    expect(relu.derivative(2)).toBe(1);
    expect(relu.derivative(-2)).toBe(0);
    expect(relu.derivative(0)).toBe(0);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ElementwiseName, elementwise } from './elementwise.js';

const names = Object.keys(elementwise) as ElementwiseName[];
const { sigmoid, tanh, relu } = elementwise;

/** Numbers of ordinary size that are not near 0, where relu has its kink. */
const awayFromZero = fc.oneof(
  fc.double({ min: 1e-3, max: 5, noNaN: true }),
  fc.double({ min: -5, max: -1e-3, noNaN: true }),
);

describe('elementwise', () => {
  it.each(names)('%s has the derivative that its central difference says', (name) => {
    const { value, derivative } = elementwise[name];
    const epsilon = 1e-6;
    fc.assert(
      fc.property(awayFromZero, (x) => {
        const numeric = (value(x + epsilon) - value(x - epsilon)) / (2 * epsilon);
        expect(Math.abs(derivative(x, value(x)) - numeric)).toBeLessThan(1e-9);
      }),
    );
  });

  it.each(names)('%s of NaN is NaN', (name) => {
    expect(elementwise[name].value(Number.NaN)).toBeNaN();
  });

  it.each(names)('%s and its derivative are finite at ±1e8', (name) => {
    const { value, derivative } = elementwise[name];
    for (const x of [1e8, -1e8]) {
      expect(value(x)).toSatisfy(Number.isFinite);
      expect(derivative(x, value(x))).toSatisfy(Number.isFinite);
    }
  });

  it.each(names)('%s does not fall as x rises, but for rounding', (name) => {
    const { value } = elementwise[name];
    const any = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(any, any, (a, b) => {
        expect(value(Math.max(a, b)) - value(Math.min(a, b))).toBeGreaterThanOrEqual(-1e-15);
      }),
    );
  });
});

describe('sigmoid', () => {
  it('is ½ at 0, ¾ at ln 3 and ¼ at −ln 3', () => {
    expect(sigmoid.value(0)).toBe(0.5);
    expect(sigmoid.value(Math.log(3))).toBeCloseTo(0.75, 15);
    expect(sigmoid.value(-Math.log(3))).toBeCloseTo(0.25, 15);
  });

  it('has the slope y(1 − y), ¼ at 0', () => {
    expect(sigmoid.derivative(0, 0.5)).toBe(0.25);
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
    expect(tanh.derivative(0, 0)).toBe(1);
    expect(tanh.derivative(1, 0.5)).toBe(0.75);
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
    expect(relu.derivative(2, 2)).toBe(1);
    expect(relu.derivative(-2, 0)).toBe(0);
    expect(relu.derivative(0, 0)).toBe(0);
  });
});

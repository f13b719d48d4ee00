/** A function of each element and its derivative, written in the input x or the output y, whichever is cheaper. */
export interface ElementwiseFunction {
  value(x: number): number;
  derivative(x: number, y: number): number;
}

/** Name of an elementwise function. */
export type ElementwiseName = 'sigmoid' | 'tanh' | 'relu';

/**
 * The elementwise functions that kernels know. A row is a function and its derivative; a name without both does not
 * compile.
 */
export const elementwise: Record<ElementwiseName, ElementwiseFunction> = {
  /** 1 / (1 + e⁻ˣ), with σ′ = y(1 − y). Both branches keep the exponential from overflowing. */
  sigmoid: {
    value: (x) => {
      if (x >= 0) return 1 / (1 + Math.exp(-x));
      const e = Math.exp(x);
      return e / (1 + e);
    },
    derivative: (_, y) => y * (1 - y),
  },
  /** tanh x, with tanh′ = 1 − y². */
  tanh: { value: Math.tanh, derivative: (_, y) => 1 - y * y },
  /** max(0, x); the derivative at the kink x = 0 is 0. */
  relu: { value: (x) => (x > 0 ? x : x <= 0 ? 0 : Number.NaN), derivative: (_, y) => (y > 0 ? 1 : 0) },
};

import type { Labels, Tensor } from './tensor.js';

/** A gradient written out: one number for each of the parameter's. Only to be read: other gradients may share its memory. */
export interface DenseGradient {
  readonly form: 'dense';
  readonly tensor: Tensor;
}

/** Two factors of a gradient: inputᵀ · dOutput, with input [batch, fanIn] and dOutput [batch, fanOut]. */
export interface FactorPair {
  readonly input: Tensor;
  readonly dOutput: Tensor;
}

/**
 * A gradient kept as its factors: Σ inputᵀ · dOutput over the pairs, of which a weight that is used several times has
 * several. For one example a pair is an outer product; an optimizer that can apply factors directly never writes it out.
 */
export interface FactoredGradient {
  readonly form: 'factored';
  readonly pairs: readonly FactorPair[];
}

/**
 * A gradient that is zero but for some rows, as an embedding's: row indices[i] of the parameter gets rows[i] added.
 *
 * Shapes   parameter [count, ...row], indices [n], rows [n, width] with width the size of a row
 *
 * An index may come more than once; one that is negative counts nothing.
 */
export interface RowsGradient {
  readonly form: 'rows';
  readonly indices: Labels;
  readonly rows: Tensor;
}

/** What bprop left for one parameter, in the cheapest exact form. */
export type Gradient = DenseGradient | FactoredGradient | RowsGradient;

/**
 * Strengths of the regularizer Ω(W) = l1·Σ|W| + l2·Σ W², whose gradient is l1·sign(W) + 2·l2·W, with sign(0) = 0.
 */
export interface Penalty {
  readonly l1: number;
  readonly l2: number;
}

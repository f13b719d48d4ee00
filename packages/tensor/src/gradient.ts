import type { Tensor } from './tensor.js';

/** A gradient written out: one number for each of the parameter's. */
export interface DenseGradient {
  readonly form: 'dense';
  readonly tensor: Tensor;
}

/**
 * A gradient kept as its two factors: inputᵀ · dOutput, with input [batch, fanIn] and dOutput [batch, fanOut]. For one
 * example it is an outer product; an optimizer that can apply the factors directly never writes it out.
 */
export interface FactoredGradient {
  readonly form: 'factored';
  readonly input: Tensor;
  readonly dOutput: Tensor;
}

/** What bprop left for one parameter, in the cheapest exact form. */
export type Gradient = DenseGradient | FactoredGradient;

/**
 * Strengths of the regularizer Ω(W) = l1·Σ|W| + l2·Σ W², whose gradient is l1·sign(W) + 2·l2·W, with sign(0) = 0.
 */
export interface Penalty {
  readonly l1: number;
  readonly l2: number;
}

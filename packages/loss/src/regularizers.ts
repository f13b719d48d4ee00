import type { Regularizer } from '@fluxion/graph';
import { expectObject, OptionError } from '@fluxion/tensor';

/**
 * L2 regularizer: Ω(θ) = λ Σ W², gradient 2λW, over the weights and not the biases; added at every update. It is part of
 * what is minimised; decoupled weight decay is the optimizer's. Every weight changes at every update then, also those whose
 * inputs are zero, which costs a pass over all weights.
 *
 * @param lambda λ, 0 or more
 * @throws {OptionError} when λ is negative or not finite.
 * @see Larochelle, "Training neural networks – backpropagation", slide "regularization": Ω(θ) = Σ_k ‖W⁽ᵏ⁾‖²_F.
 */
export function l2(lambda: number): Regularizer {
  return { l1: 0, l2: expectLambda('l2', lambda) };
}

/**
 * L1 regularizer: Ω(θ) = λ Σ |W|, gradient λ sign(W) with sign(0) = 0, over the weights and not the biases; added at
 * every update.
 *
 * @param lambda λ, 0 or more
 * @throws {OptionError} when λ is negative or not finite.
 * @see Larochelle, "Training neural networks – backpropagation", slide "regularization": Ω(θ) = Σ_k Σ_i Σ_j |W_ij⁽ᵏ⁾|.
 */
export function l1(lambda: number): Regularizer {
  return { l1: expectLambda('l1', lambda), l2: 0 };
}

/**
 * Sum of regularizers: Ω = Σ Ωᵢ, gradient Σ ∇Ωᵢ.
 *
 * @throws {OptionError} when one of them is no regularizer.
 * @example
 * bprop(softmaxCrossEntropy(), sum(l1(1e-6), l2(1e-5)));
 */
export function sum(...regularizers: readonly Regularizer[]): Regularizer {
  for (const one of regularizers) {
    expectObject('sum', one, 'regularizers', ['l1', 'l2'], 'give them, as sum(l1(1e-6), l2(1e-5))');
  }
  return regularizers.reduce((total, { l1, l2 }) => ({ l1: total.l1 + l1, l2: total.l2 + l2 }), {
    l1: 0,
    l2: 0,
  });
}

function expectLambda(where: string, lambda: number): number {
  if (!(lambda >= 0 && Number.isFinite(lambda))) {
    throw new OptionError(
      `${where} lambda: expected a number from 0, got ${lambda}; give such a number, as 1e-5`,
    );
  }
  return lambda;
}

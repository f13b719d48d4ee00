import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import { expectShape, type Shape, type Tensor } from '@fluxion/tensor';
import { expectEpsilon } from './expectEpsilon.js';
import { gainAndBias, gainAndBiasGradients } from './gainAndBias.js';

/** Options of a layerNorm box. */
export interface LayerNormOptions {
  readonly name?: string;
  readonly frozen?: boolean;
  /** ε, added to the variance. Default 1e-5. */
  readonly epsilon?: number;
}

/** Description of a layerNorm box. */
export interface LayerNorm extends BoxDescription, LayerNormOptions {
  readonly kind: 'layerNorm';
}

/**
 * Each example's features to mean 0 and variance 1, then scaled and shifted: output = gain ⊙ (x − μ) / √(σ² + ε) + bias,
 * with μ and σ² = 1/n Σ (x − μ)² over the last axis. It is the same for one example as in a minibatch: what to take in
 * training by single examples.
 *
 * Shapes   input and output [batch, ...axes, features], gain and bias [features], which begin at 1 and 0
 * bprop    dInput = (d − mean(d) − x̂ mean(d ⊙ x̂)) / √(σ² + ε), d = dOutput ⊙ gain;  dGain = Σ dOutput ⊙ x̂;
 *          dBias = Σ dOutput
 *
 * @throws {OptionError} when ε is not positive; {ShapeError} when the graph is built and an example is a single number.
 * @see Ba, Kiros, Hinton, "Layer normalization", arXiv 1607.06450, 2016, equation 3.
 * @example
 * sequential([linear(100), layerNorm(), relu(), linear(10)], { inputShape: [784] });
 */
export function layerNorm(options: LayerNormOptions = {}): LayerNorm {
  expectEpsilon(options.epsilon ?? 1e-5, 'layerNorm');
  return { kind: 'layerNorm', ...options };
}

/** How a layerNorm box computes. */
export const layerNormBox: BoxDefinition<LayerNorm> = {
  children: 1,
  options: ['epsilon'],
  mask: () => 'keeps',
  outputShape({ epsilon = 1e-5 }, [input = []], where) {
    expectEpsilon(epsilon, where);
    if (input.length === 0) expectShape(`${where} input`, ['features'], input, 'give it a vector');
    return input;
  },
  parameters: (_, [input]) => gainAndBias(input?.at(-1) as number),
  workspace: (_, [shape]) => ({
    normalized: { shape: shape as Shape, per: 'example' },
    dNormalized: { shape: shape as Shape, per: 'example' },
    inverse: { shape: shape?.slice(0, -1) as Shape, per: 'example' },
  }),
  fprop({ kernels, description, inputs: [input], parameters, workspace, output }) {
    const { normalized, inverse } = workspace as { normalized: Tensor; inverse: Tensor };
    const { gain, bias } = parameters as { gain: Tensor; bias: Tensor };
    const { epsilon = 1e-5 } = description;
    return [
      kernels.normalizeRows(input as Tensor, { epsilon, centred: true }, normalized, inverse),
      kernels.scaleAndShiftRows(normalized, gain, bias, output),
    ];
  },
  bprop(cells) {
    const { kernels, workspace, dInputs } = cells;
    const { normalized, dNormalized, inverse } = workspace as Record<string, Tensor> & {
      normalized: Tensor;
      dNormalized: Tensor;
      inverse: Tensor;
    };
    const [dInput] = dInputs;
    return [
      ...gainAndBiasGradients(cells),
      dInput && kernels.normalizeRowsGradient(normalized, inverse, dNormalized, true, dInput),
    ];
  },
};

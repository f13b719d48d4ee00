import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import { expectShape, type Shape, type Tensor } from '@fluxion/tensor';
import { initializer } from '../initializers.js';
import { expectEpsilon } from './expectEpsilon.js';
import type { LayerNormOptions } from './layerNorm.js';

/** Description of an rmsNorm box. */
export interface RmsNorm extends BoxDescription, LayerNormOptions {
  readonly kind: 'rmsNorm';
}

/**
 * Each example's features to root mean square 1, then scaled: output = gain ⊙ x / √(mean(x²) + ε), the mean over the last
 * axis. Cheaper than layerNorm: it centres nothing and shifts nothing.
 *
 * Shapes   input and output [batch, ...axes, features], gain [features], which begins at 1
 * bprop    dInput = (d − x̂ mean(d ⊙ x̂)) / √(mean(x²) + ε), d = dOutput ⊙ gain;  dGain = Σ dOutput ⊙ x̂
 *
 * @throws {OptionError} when ε is not positive; {ShapeError} when the graph is built and an example is a single number.
 * @see Zhang and Sennrich, "Root mean square layer normalization", NeurIPS 2019, equation 4.
 * @example
 * sequential([linear(100), rmsNorm(), relu(), linear(10)], { inputShape: [784] });
 */
export function rmsNorm(options: LayerNormOptions = {}): RmsNorm {
  expectEpsilon(options.epsilon ?? 1e-5, 'rmsNorm');
  return { kind: 'rmsNorm', ...options };
}

/** How an rmsNorm box computes. */
export const rmsNormBox: BoxDefinition<RmsNorm> = {
  children: 1,
  options: ['epsilon'],
  mask: () => 'keeps',
  outputShape({ epsilon = 1e-5 }, [input = []], where) {
    expectEpsilon(epsilon, where);
    if (input.length === 0) expectShape(`${where} input`, ['features'], input, 'give it a vector');
    return input;
  },
  parameters: (_, [input]) => ({
    gain: { shape: [input?.at(-1) as number], initializer: initializer('ones'), regularized: false },
  }),
  workspace: (_, [shape]) => ({
    normalized: { shape: shape as Shape, per: 'example' },
    dNormalized: { shape: shape as Shape, per: 'example' },
    inverse: { shape: shape?.slice(0, -1) as Shape, per: 'example' },
  }),
  fprop({ kernels, description, inputs: [input], parameters, workspace, output }) {
    const { normalized, inverse } = workspace as { normalized: Tensor; inverse: Tensor };
    const { epsilon = 1e-5 } = description;
    return [
      kernels.normalizeRows(input as Tensor, { epsilon, centred: false }, normalized, inverse),
      kernels.multiplyRows(normalized, parameters.gain as Tensor, { tensor: output, beta: 0 }),
    ];
  },
  bprop({ kernels, parameters, workspace, dOutput, dInputs: [dInput], gradients: { gain } }) {
    const { normalized, dNormalized, inverse } = workspace as {
      normalized: Tensor;
      dNormalized: Tensor;
      inverse: Tensor;
    };
    return [
      gain && kernels.sumProductRows(dOutput, normalized, gain.dense()),
      dInput && kernels.multiplyRows(dOutput, parameters.gain as Tensor, { tensor: dNormalized, beta: 0 }),
      dInput && kernels.normalizeRowsGradient(normalized, inverse, dNormalized, false, dInput),
    ];
  },
};

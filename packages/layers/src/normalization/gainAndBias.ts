import type { BackwardCells, ParameterDescription, Runs } from '@fluxion/graph';
import { reshape, type Tensor } from '@fluxion/tensor';
import { initializer } from '../initializers.js';

/** Parameters by which a normalized value is scaled and shifted, one of each for each of the last axis. */
export function gainAndBias(features: number): { gain: ParameterDescription; bias: ParameterDescription } {
  const gain = { shape: [features], initializer: initializer('ones'), regularized: false };
  return { gain, bias: { ...gain, initializer: initializer('zeros') } };
}

/** Gradients of gain and bias, and that of the normalized value, which is left in the workspace. */
export function gainAndBiasGradients({
  kernels,
  parameters,
  workspace,
  dOutput,
  gradients: { gain, bias },
}: BackwardCells): Runs {
  const { normalized, dNormalized } = workspace as { normalized: Tensor; dNormalized: Tensor };
  const features = dOutput.shape.at(-1) as number;
  return [
    gain && kernels.sumProductRows(dOutput, normalized, gain.dense()),
    bias && kernels.sumRows(reshape(dOutput, [dOutput.size / Math.max(features, 1), features]), bias.dense()),
    kernels.multiplyRows(dOutput, parameters.gain as Tensor, { tensor: dNormalized, beta: 0 }),
  ];
}

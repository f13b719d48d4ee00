import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import { expectShape, OptionError, reshape, type Shape, type Tensor } from '@fluxion/tensor';
import { expectWhole } from '../expectWhole.js';
import { expectEpsilon } from './expectEpsilon.js';
import { gainAndBias, gainAndBiasGradients } from './gainAndBias.js';
import type { LayerNormOptions } from './layerNorm.js';

/** Description of a groupNorm box. */
export interface GroupNorm extends BoxDescription, LayerNormOptions {
  readonly kind: 'groupNorm';
  /** Into how many groups the channels fall. */
  readonly groups: number;
}

/**
 * Each group of an example's channels, over all its places, to mean 0 and variance 1, then scaled and shifted by channel:
 * output = gain ⊙ (x − μ) / √(σ² + ε) + bias. It is the same for one example as in a minibatch. As many groups as channels are
 * instance normalization.
 *
 * Shapes   input and output [batch, ...axes, channels], gain and bias [channels], which begin at 1 and 0
 * bprop    dInput = (d − mean(d) − x̂ mean(d ⊙ x̂)) / √(σ² + ε) over each group, d = dOutput ⊙ gain;  dGain = Σ dOutput ⊙ x̂;
 *          dBias = Σ dOutput
 *
 * @param groups a whole number from 1 that divides the channels
 * @throws {OptionError} when ε is not positive, or groups does not divide the channels; {ShapeError} when the graph is built and
 *   an example is a single number.
 * @see Wu and He, "Group normalization", ECCV 2018, equations 1 to 6; Ulyanov, Vedaldi, Lempitsky, "Instance normalization",
 *   arXiv 1607.08022, 2016.
 * @example
 * sequential([conv2d(16, 3), groupNorm(4), relu(), globalAveragePool(), linear(10)], { inputShape: [28, 28, 1] });
 */
export function groupNorm(groups: number, options: LayerNormOptions = {}): GroupNorm {
  expectWhole(groups, 'groupNorm groups');
  expectEpsilon(options.epsilon ?? 1e-5, 'groupNorm');
  return { kind: 'groupNorm', groups, ...options };
}

/** How a groupNorm box computes. */
export const groupNormBox: BoxDefinition<GroupNorm> = {
  children: 1,
  options: ['groups', 'epsilon'],
  outputShape({ groups, epsilon = 1e-5 }, [input = []], where) {
    expectWhole(groups, `${where} groups`);
    expectEpsilon(epsilon, where);
    if (input.length === 0) expectShape(`${where} input`, ['channels'], input, 'give it a vector');
    const channels = input.at(-1) as number;
    if (channels % groups !== 0) {
      throw new OptionError(
        `${where} groups: expected a divisor of ${channels} channels, got ${groups}; give one`,
      );
    }
    return input;
  },
  parameters: (_, [input]) => gainAndBias(input?.at(-1) as number),
  workspace: ({ groups }, [shape]) => {
    const cell = { shape: shape as Shape, per: 'example' } as const;
    return {
      normalized: cell,
      dNormalized: cell,
      // One group after the other, each of contiguous numbers.
      apart: cell,
      normalizedApart: cell,
      inverse: { shape: [groups], per: 'example' },
    };
  },
  fprop(cells) {
    const { kernels, description, inputs, parameters, workspace, output } = cells;
    const { groups, epsilon = 1e-5 } = description;
    const { normalized, apart, normalizedApart, inverse } = workspace as Workspace;
    const { gain, bias } = parameters as { gain: Tensor; bias: Tensor };
    return [
      kernels.copy(byGroup(inputs[0] as Tensor, groups), { tensor: eachGroup(apart, groups), beta: 0 }),
      kernels.normalizeRows(
        rows(apart, groups),
        { epsilon, centred: true },
        rows(normalizedApart, groups),
        inverse,
      ),
      kernels.copy(eachGroup(normalizedApart, groups), { tensor: byGroup(normalized, groups), beta: 0 }),
      kernels.scaleAndShiftRows(normalized, gain, bias, output),
    ];
  },
  bprop(cells) {
    const { kernels, description, workspace, dInputs } = cells;
    const { groups } = description;
    const { dNormalized, apart, normalizedApart, inverse } = workspace as Workspace;
    const [dInput] = dInputs;
    return [
      ...gainAndBiasGradients(cells),
      ...(dInput
        ? [
            kernels.copy(byGroup(dNormalized, groups), { tensor: eachGroup(apart, groups), beta: 0 }),
            kernels.normalizeRowsGradient(
              rows(normalizedApart, groups),
              inverse,
              rows(apart, groups),
              true,
              // Where the gradient comes from is free by now.
              { tensor: rows(dNormalized, groups), beta: 0 },
            ),
            kernels.copy(eachGroup(dNormalized, groups), {
              tensor: byGroup(dInput.tensor, groups),
              beta: dInput.beta,
            }),
          ]
        : []),
    ];
  },
};

/** Channels last [batch, ...axes, channels] as [batch, groups, places, channels of a group]. */
function byGroup(view: Tensor, groups: number): Tensor {
  const { places, size } = sizesOf(view, groups);
  return reshape(view, [view.shape[0] as number, places, groups, size]).transpose(0, 2, 1, 3);
}

/** A cell of as many numbers, group by group. */
function eachGroup(cell: Tensor, groups: number): Tensor {
  const { places, size } = sizesOf(cell, groups);
  return reshape(cell, [cell.shape[0] as number, groups, places, size]);
}

/** The same, each group as one row. */
function rows(cell: Tensor, groups: number): Tensor {
  const { places, size } = sizesOf(cell, groups);
  return reshape(cell, [cell.shape[0] as number, groups, places * size]);
}

function sizesOf({ shape }: Tensor, groups: number): { places: number; size: number } {
  const places = shape.slice(1, -1).reduce((product, length) => product * length, 1);
  return { places, size: (shape.at(-1) as number) / groups };
}

type Workspace = Readonly<
  Record<'normalized' | 'dNormalized' | 'apart' | 'normalizedApart' | 'inverse', Tensor>
>;

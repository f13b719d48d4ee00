import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import { elements, expectShape, type Shape, type Tensor } from '@fluxion/tensor';
import type { NameOption } from '../nameOption.js';
import { positionAngles } from './positionAngles.js';

/** Description of a sinusoidalPositions box. */
export interface SinusoidalPositions extends BoxDescription {
  readonly kind: 'sinusoidalPositions';
}

/**
 * A sequence with waves added that tell its steps apart: output_t = input_t + p_t, with p_{t,2i} = sin(t / 10000^(2i/features)) and
 * p_{t,2i+1} = cos of the same.
 *
 * Shapes   input and output [batch, length, features]
 * bprop    dInput = dOutput
 *
 * @throws {ShapeError} when the graph is built and an example is not a sequence of vectors.
 * @see Vaswani et al., "Attention is all you need", NIPS 2017, section 3.5.
 * @example
 * sequential([linear(32), sinusoidalPositions(), multiHeadAttention(4), meanAxis(0), linear(2)], { inputShape: [50, 8] });
 */
export function sinusoidalPositions(options: NameOption = {}): SinusoidalPositions {
  return { kind: 'sinusoidalPositions', ...options };
}

/** How a sinusoidalPositions box computes. */
export const sinusoidalPositionsBox: BoxDefinition<SinusoidalPositions> = {
  children: 1,
  options: [],
  mask: () => 'keeps',
  outputShape(_, [input = []], where) {
    expectShape(`${where} input`, ['length', 'features'], input, 'give it a sequence of vectors');
    return input;
  },
  workspace: (_, __, shape) => ({ waves: { shape, per: 'pass' } }),
  fprop({ kernels, inputs: [input], output, workspace }) {
    const waves = workspace.waves as Tensor;
    const values = wavesOf(output.shape);
    return [
      kernels.copy(input as Tensor, { tensor: output, beta: 0 }),
      // Passes of other sizes use the same memory, so they are written each time.
      () => elements(waves).set(values),
      kernels.spreadAxis(waves, 0, { tensor: output, beta: 1 }),
    ];
  },
  bprop: ({ kernels, dOutput, dInputs: [dInput] }) => [dInput && kernels.copy(dOutput, dInput)],
};

function wavesOf([, length = 0, features = 0]: Shape): Float64Array {
  const angles = elements(positionAngles(length, features));
  const pairs = Math.ceil(features / 2);
  return Float64Array.from({ length: length * features }, (_, at) => {
    const [step, place] = [Math.floor(at / features), at % features];
    const angle = angles[step * pairs + Math.floor(place / 2)] as number;
    return place % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
}

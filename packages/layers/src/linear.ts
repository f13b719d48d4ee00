import type { BackwardCells, BoxCells, BoxDefinition, BoxDescription, Runs } from '@fluxion/graph';
import { expectShape, OptionError, type Tensor } from '@fluxion/tensor';
import { expectInitializer, type InitializerName, initializer } from './initializers.js';

/** Options of a linear box. */
export interface LinearOptions {
  readonly name?: string;
  readonly frozen?: boolean;
  /** How the weight begins. Default glorotUniform; heUniform suits a relu above. Biases begin at 0. */
  readonly initializer?: InitializerName;
}

/** Description of a linear box. */
export interface Linear extends BoxDescription, LinearOptions {
  readonly kind: 'linear';
  /** fanOut. */
  readonly units: number;
}

/**
 * Affine map of each example: output = input · weight + bias.
 *
 * Shapes   input [batch, fanIn], weight [fanIn, fanOut], bias [fanOut], output [batch, fanOut]
 * bprop    dInput = dOutput · weightᵀ;  dWeight = inputᵀ · dOutput (kept factored);  dBias = Σ_batch dOutput
 *
 * @param units fanOut, a positive integer
 * @throws {OptionError} when units is not a positive integer.
 * @throws {ShapeError} when the graph is built and an example of the input is not a vector.
 * @see Larochelle, "Training neural networks – backpropagation", slide "backpropagation algorithm".
 * @example
 * const model = sequential([linear(100), tanh(), linear(10)], { inputShape: [784] });
 */
export function linear(units: number, options: LinearOptions = {}): Linear {
  expectUnits(units, 'linear');
  return { kind: 'linear', units, ...options };
}

/** Descriptions come from JSON too, past the factory. */
function expectUnits(units: number, where: string): void {
  if (!Number.isInteger(units) || units < 1) {
    throw new OptionError(
      `${where} units: expected a positive integer, got ${typeof units === 'string' ? `'${units}'` : units}; give the number of outputs`,
    );
  }
}

function fprop({ kernels, inputs, output, parameters }: BoxCells): Runs {
  const { weight, bias } = parameters as { weight: Tensor; bias: Tensor };
  return [kernels.affine(inputs[0] as Tensor, weight, bias, output)];
}

function bprop({
  kernels,
  parameters,
  inputs,
  dOutput,
  dInputs: [dInput],
  gradients: { weight, bias },
}: BackwardCells): Runs {
  weight?.factored({ input: inputs[0] as Tensor, dOutput });
  return [
    bias && kernels.sumRows(dOutput, bias.dense()),
    dInput && kernels.matmul(dOutput, (parameters.weight as Tensor).transpose(1, 0), dInput),
  ];
}

/** How a linear box computes. */
export const linearBox: BoxDefinition<Linear> = {
  children: 1,
  options: ['units', 'initializer'],
  outputShape({ units, initializer: name }, [input], where) {
    expectUnits(units, where);
    if (name !== undefined) expectInitializer(name, `${where} initializer`);
    expectShape(`${where} input`, ['fanIn'], input ?? [], 'put flatten() before linear()');
    return [units];
  },
  parameters: ({ units, initializer: name = 'glorotUniform' }, [input]) => ({
    weight: {
      shape: [input?.[0] as number, units],
      initializer: initializer(name),
      regularized: true,
    },
    bias: { shape: [units], initializer: initializer('zeros'), regularized: false },
  }),
  fprop,
  bprop,
};

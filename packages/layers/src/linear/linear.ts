import type {
  BackwardCells,
  BoxCells,
  BoxDefinition,
  BoxDescription,
  GradientSink,
  Runs,
} from '@fluxion/graph';
import { expectShape, type Kernels, type Run, reshape, type Shape, type Tensor } from '@fluxion/tensor';
import { expectBoolean } from '../expectBoolean.js';
import { expectWhole } from '../expectWhole.js';
import { expectInitializer, type InitializerOption, initializer } from '../initializers.js';

/** Options of a linear box. */
export interface LinearOptions {
  readonly name?: string;
  readonly frozen?: boolean;
  /** Whether a bias is added. Default true. */
  readonly bias?: boolean;
  /** How the weight begins. Default glorotUniform; heUniform suits a relu above. Biases begin at 0. */
  readonly initializer?: InitializerOption;
}

/** Description of a linear box. */
export interface Linear extends BoxDescription, LinearOptions {
  readonly kind: 'linear';
  /** fanOut. */
  readonly units: number;
}

/**
 * Affine map of each example: output = input · weight + bias. Of a sequence, or of anything with more axes, it maps each
 * vector along the last axis; to take all of an example together, put flatten() before.
 *
 * Shapes   input [batch, ...axes, fanIn], weight [fanIn, fanOut], bias [fanOut], output [batch, ...axes, fanOut]
 * bprop    dInput = dOutput · weightᵀ;  dWeight = inputᵀ · dOutput (kept factored);  dBias = Σ dOutput
 *
 * @param units fanOut, a positive integer
 * @throws {OptionError} when units is not a positive integer; when the graph is built and bias is not a boolean.
 * @throws {ShapeError} when the graph is built and an example of the input is a single number.
 * @see Larochelle, "Training neural networks – backpropagation", slide "backpropagation algorithm".
 * @example
 * const model = sequential([linear(100), tanh(), linear(10)], { inputShape: [784] });
 */
export function linear(units: number, options: LinearOptions = {}): Linear {
  expectWhole(units, 'linear units');
  return { kind: 'linear', units, ...options };
}

/** All vectors along the last axis, as the rows of a matrix. */
function vectors(view: Tensor): Tensor {
  if (view.dimension === 2) return view;
  const length = view.shape.at(-1) as number;
  return reshape(view, [view.size / length, length]);
}

function fprop({ kernels, inputs, output, parameters }: BoxCells): Runs {
  const { weight, bias = kernels.arena.tensor([output.shape.at(-1) as number]) } = parameters as {
    weight: Tensor;
    bias?: Tensor;
  };
  return [kernels.affine(vectors(inputs[0] as Tensor), weight, bias, vectors(output))];
}

function bprop(cells: BackwardCells): Runs {
  const { kernels, parameters, inputs, dInputs, gradients } = cells;
  const { weight, bias } = gradients;
  const [dInput] = dInputs;
  const dOutput = vectors(cells.dOutput);
  weight?.factored({ input: vectors(inputs[0] as Tensor), dOutput });
  return [
    bias && sumOfRows(kernels, dOutput, bias),
    dInput &&
      kernels.matmul(dOutput, (parameters.weight as Tensor).transpose(1, 0), {
        tensor: vectors(dInput.tensor),
        beta: dInput.beta,
        where: dInput.where && vectors(dInput.where),
      }),
  ];
}

/** Binds Σ dOutput; of one row that is the row itself. */
function sumOfRows(kernels: Kernels, dOutput: Tensor, bias: GradientSink): Run | undefined {
  const [rows, units] = dOutput.shape as [number, number];
  if (rows !== 1) return kernels.sumRows(dOutput, bias.dense());
  bias.written(reshape(dOutput, [units]));
  return undefined;
}

/** How a linear box computes. */
export const linearBox: BoxDefinition<Linear> = {
  children: 1,
  options: ['units', 'bias', 'initializer'],
  mask: () => 'keeps',
  outputShape({ units, bias = true, initializer: name }, [input], where) {
    expectWhole(units, `${where} units`);
    expectBoolean(bias, `${where} bias`);
    if (name !== undefined) expectInitializer(name, `${where} initializer`);
    if (input === undefined || input.length === 0) {
      expectShape(`${where} input`, ['fanIn'], input ?? [], 'give it a vector');
    }
    return [...(input as Shape).slice(0, -1), units];
  },
  parameters: ({ units, bias = true, initializer: name = 'glorotUniform' }, [input]) => ({
    weight: {
      shape: [input?.at(-1) as number, units],
      initializer: initializer(name),
      regularized: true,
      deferrable: true,
    },
    ...(bias && { bias: { shape: [units], initializer: initializer('zeros'), regularized: false } }),
  }),
  fprop,
  bprop,
};

import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import { expectShape, OptionError, type Shape, type Tensor } from '@fluxion/tensor';
import { initializer } from '../initializers.js';

/** Options of a prelu box. */
export interface PreluOptions {
  readonly name?: string;
  readonly frozen?: boolean;
  /** What the slopes begin at. Default 0.25. */
  readonly slope?: number;
}

/** Description of a prelu box. */
export interface Prelu extends BoxDescription, PreluOptions {
  readonly kind: 'prelu';
}

/**
 * Rectifier that learns the slope below 0, one for each channel, the last axis: x above 0, slope·x below.
 *
 * Shapes   input and output [batch, ...axes, channels], slope [channels]
 * bprop    dInput = dOutput above 0, slope ⊙ dOutput at 0 and below;  dSlope = Σ dOutput ⊙ min(x, 0)
 *
 * Regularizers leave the slopes alone: they would pull them to relu's.
 *
 * @throws {OptionError} when the slope is no finite number; {ShapeError} when the graph is built and an example is a single
 *   number.
 * @see He, Zhang, Ren, Sun, "Delving deep into rectifiers", ICCV 2015, equations 1 and 5.
 * @example
 * sequential([linear(100), prelu(), linear(10)], { inputShape: [784] });
 */
export function prelu(options: PreluOptions = {}): Prelu {
  expectSlope(options, 'prelu');
  return { kind: 'prelu', ...options };
}

function expectSlope({ slope = 0.25 }: PreluOptions, where: string): void {
  if (!Number.isFinite(slope)) {
    throw new OptionError(`${where} slope: expected a finite number, got ${slope}; give one, as 0.25`);
  }
}

/** What is kept of the input below 0. Its derivative at 0 is 1, where relu's is 0. */
const BELOW = { min: Number.NEGATIVE_INFINITY, max: 0 };

/** How a prelu box computes. */
export const preluBox: BoxDefinition<Prelu> = {
  children: 1,
  options: ['slope'],
  mask: () => 'keeps',
  outputShape(options, [input = []], where) {
    expectSlope(options, where);
    if (input.length === 0) expectShape(`${where} input`, ['channels'], input, 'give it a vector');
    return input;
  },
  parameters: ({ slope = 0.25 }, [input]) => ({
    slope: {
      shape: [input?.at(-1) as number],
      initializer: initializer({ kind: 'constant', value: slope }),
      regularized: false,
    },
  }),
  workspace: (_, [input]) => {
    const cell = { shape: input as Shape, per: 'example' } as const;
    return { above: cell, below: cell, dBelow: cell };
  },
  fprop({ kernels, inputs: [input], parameters, workspace, output }) {
    const { above, below } = workspace as Workspace;
    return [
      kernels.elementwise('relu', input as Tensor, above),
      kernels.elementwise('clip', input as Tensor, below, BELOW),
      kernels.copy(above, { tensor: output, beta: 0 }),
      kernels.multiplyRows(below, parameters.slope as Tensor, { tensor: output, beta: 1 }),
    ];
  },
  bprop({
    kernels,
    inputs: [input],
    parameters,
    workspace,
    dOutput,
    dInputs: [dInput],
    gradients: { slope },
  }) {
    const { above, below, dBelow } = workspace as Workspace;
    const x = input as Tensor;
    return [
      slope && kernels.sumProductRows(dOutput, below, slope.dense()),
      ...(dInput
        ? [
            kernels.multiplyRows(dOutput, parameters.slope as Tensor, { tensor: dBelow, beta: 0 }),
            kernels.elementwiseGradient('relu', x, above, dOutput, dInput),
            kernels.elementwiseGradient('clip', x, below, dBelow, { tensor: dInput.tensor, beta: 1 }, BELOW),
          ]
        : []),
    ];
  },
};

type Workspace = Readonly<Record<'above' | 'below' | 'dBelow', Tensor>>;

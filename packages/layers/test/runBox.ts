import type { BackwardCells, BoxDefinition, BoxDescription } from '@fluxion/graph';
import {
  arena,
  elements,
  type Floats,
  referenceKernels,
  type Shape,
  sizeOf,
  type Tensor,
  tensor,
} from '@fluxion/tensor';

/** What a box makes of its inputs, and of ∂loss/∂output. */
export interface BoxRun {
  /** Shape of one example of the output. */
  readonly shape: Shape;
  readonly output: number[];
  /** ∂loss/∂input of each child. */
  readonly dInputs: number[][];
  /** What bprop wrote for each parameter; nothing for a gradient that is kept as its factors. */
  readonly gradients: Record<string, number[]>;
}

/**
 * Runs one box outside any graph, on the reference kernels. Every gradient's cell holds NaN before bprop: what a box
 * leaves there is overwritten, not added to.
 *
 * @param dOutput ∂loss/∂output, in row-major order; all 1 unless given
 */
export function runBox<D extends BoxDescription>(
  definition: BoxDefinition<D>,
  description: D,
  inputs: readonly Tensor[],
  dOutput?: readonly number[],
  parameters: Readonly<Record<string, Tensor>> = {},
): BoxRun {
  const [first] = inputs as [Tensor];
  const batch = first.shape[0] as number;
  const shape = definition.outputShape(
    description,
    inputs.map((input) => input.shape.slice(1)),
    `${description.kind} 'box'`,
  );
  const like = (wanted: Shape, value: number): Tensor =>
    tensor(new (first.data.constructor as Float64ArrayConstructor)(sizeOf(wanted)).fill(value), wanted);

  const dInputs = inputs.map((input) => like(input.shape, Number.NaN));
  const gradients = Object.entries(parameters).map(
    ([name, { shape }]) => [name, like(shape, Number.NaN)] as const,
  );
  const output = like([batch, ...shape], Number.NaN);
  const dOutputs = like([batch, ...shape], 1);
  if (dOutput !== undefined) (dOutputs.data as Floats).set(dOutput);
  const cells: BackwardCells<D> = {
    kernels: referenceKernels(arena('float64')),
    description,
    inputs,
    output,
    parameters,
    workspace: {},
    dOutput: dOutputs,
    dInputs: dInputs.map((cell) => ({ tensor: cell, beta: 0 })),
    gradients: Object.fromEntries(gradients.map(([name, cell]) => [name, { tensor: cell, beta: 0 }])),
  };
  for (const run of definition.fprop(cells)) run?.();
  for (const run of definition.bprop(cells)) run?.();
  return {
    shape,
    output: [...elements(output)],
    dInputs: dInputs.map((cell) => [...elements(cell)]),
    gradients: Object.fromEntries(gradients.map(([name, cell]) => [name, [...elements(cell)]])),
  };
}

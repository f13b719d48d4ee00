import {
  type BackwardCells,
  type BoxDefinition,
  type BoxDescription,
  GradientSink,
  type Pass,
} from '@fluxion/graph';
import {
  arena,
  elements,
  type Floats,
  type Labels,
  random,
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
  /** The gradient that bprop left for each parameter, written out. */
  readonly gradients: Record<string, number[]>;
  /** The states after fprop. */
  readonly states: Record<string, number[]>;
}

/** What a box is run with besides its inputs. */
export interface RunOptions extends Partial<Pass> {
  /** ∂loss/∂output, in row-major order; all 1 unless given. */
  readonly dOutput?: readonly number[];
  readonly parameters?: Readonly<Record<string, Tensor>>;
  readonly states?: Readonly<Record<string, Tensor>>;
  /** Masks of the children, by their places. */
  readonly masks?: readonly (Tensor | undefined)[];
}

/**
 * Runs one box outside any graph, on the reference kernels. Every gradient's cell holds NaN before bprop: what a box
 * leaves there is overwritten, not added to.
 */
export function runBox<D extends BoxDescription>(
  definition: BoxDefinition<D>,
  description: D,
  inputs: readonly (Tensor | Labels)[],
  { mode = 'train', example = 0, dOutput, parameters = {}, states = {}, masks = [] }: RunOptions = {},
): BoxRun {
  const batch = inputs[0]?.shape[0] as number;
  const childShapes = inputs.map((input) => input.shape.slice(1));
  const shape = definition.outputShape(description, childShapes, `${description.kind} 'box'`);
  const kernels = referenceKernels(arena('float64'));
  const filled = (wanted: Shape, value: number): Tensor =>
    tensor(new Float64Array(sizeOf(wanted)).fill(value), wanted);

  const isIndices = (place: number): boolean => definition.indexChildren?.includes(place) ?? false;
  const numbers = inputs.map((input, i) => (isIndices(i) ? undefined : input) as Tensor);
  const dInputs = numbers.map((input) => input && filled(input.shape, Number.NaN));
  const sinks = Object.entries(parameters).map(
    ([name, { shape }]) => [name, new GradientSink(name, shape, () => filled(shape, Number.NaN))] as const,
  );
  const output = filled([batch, ...shape], Number.NaN);
  const dOutputs = filled([batch, ...shape], 1);
  if (dOutput !== undefined) (dOutputs.data as Floats).set(dOutput);
  const workspace = Object.entries(definition.workspace?.(description, childShapes, shape) ?? {});
  const cells: BackwardCells<D> = {
    kernels,
    name: 'box',
    description,
    pass: { mode, example, stride: 1 },
    inputs: numbers,
    indices: inputs.map((input, i) => (isIndices(i) ? (input as Labels) : undefined)),
    masks: inputs.map((_, i) => masks[i]),
    output,
    parameters,
    states,
    workspace: Object.fromEntries(
      workspace.map(([name, { shape, per }]) => [
        name,
        filled(per === 'pass' ? shape : [batch, ...shape], Number.NaN),
      ]),
    ),
    random: random(1, 'box'),
    dOutput: dOutputs,
    dInputs: dInputs.map((cell) => cell && { tensor: cell, beta: 0 }),
    gradients: Object.fromEntries(sinks),
  };
  for (const run of definition.fprop(cells)) run?.();
  for (const run of definition.bprop(cells)) run?.();
  const gradients = sinks.map(([name, { gradient }]) => {
    const value = parameters[name] as Tensor;
    const written = filled(value.shape, Number.NaN);
    kernels.writeGradient(value, gradient, { l1: 0, l2: 0 }, { tensor: written, beta: 0 })();
    return [name, [...elements(written)]] as [string, number[]];
  });
  return {
    shape,
    output: [...elements(output)],
    dInputs: dInputs.map((cell) => (cell === undefined ? [] : [...elements(cell)])),
    gradients: Object.fromEntries(gradients),
    states: Object.fromEntries(Object.entries(states).map(([name, state]) => [name, [...elements(state)]])),
  };
}

import { elements, type Labels, sizeOf, type Tensor, tensor } from '@fluxion/tensor';
import {
  type Backpropagation,
  type BoxDefinitions,
  FlowGraph,
  type FlowGraphOptions,
  type GraphDescription,
  type Objective,
  type PlacedBox,
} from '../src/index.js';
import { definitions } from './testBoxes.js';

/** A float64 model of the boxes of these tests; every description carries its box's name. */
export function build(description: GraphDescription, options: Partial<FlowGraphOptions> = {}): FlowGraph {
  const boxes = Object.entries(description.boxes).map(([name, box]) => [name, { ...box, name }] as const);
  return new FlowGraph(
    { ...description, boxes: Object.fromEntries(boxes) },
    { dtype: 'float64', definitions, ...options },
  );
}

/** A chain of boxes on the input `x` of so many elements; the last is the output. */
export function chain(width: number, boxes: Readonly<Record<string, PlacedBox>>): FlowGraph {
  return build({ inputs: { x: [width] }, boxes, outputs: [Object.keys(boxes).at(-1) as string] });
}

/** A matrix of examples. */
export function rows(...values: readonly (readonly number[])[]): Tensor {
  return tensor(values.flat(), [values.length, values[0]?.length ?? 0]);
}

/** Numbers without a pattern: the same each time. */
export function numbers(...shape: readonly number[]): Tensor {
  return tensor(
    Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(12.9 * i + 78.2)),
    shape,
  );
}

/** The numbers of a tensor. */
export function list(view: Tensor | Labels): number[] {
  return [...elements(view)];
}

/** The same definitions, and the names of the boxes whose kernels ran, in the order in which they did. */
export function recorded(original: BoxDefinitions = definitions): {
  definitions: BoxDefinitions;
  fprops: string[];
  bprops: string[];
} {
  const fprops: string[] = [];
  const bprops: string[] = [];
  const wrapped = Object.entries(original).map(([kind, definition]) => [
    kind,
    {
      ...definition,
      fprop: (cells) => [() => fprops.push(cells.description.name ?? ''), ...definition.fprop(cells)],
      bprop: (cells) => [() => bprops.push(cells.description.name ?? ''), ...definition.bprop(cells)],
    } satisfies BoxDefinitions[string],
  ]);
  return { definitions: Object.fromEntries(wrapped), fprops, bprops };
}

/** The gradients of a backward pass without the regularizer, written out by plain loops, by parameter name. */
export function written({ gradients }: Backpropagation): Record<string, number[]> {
  return Object.fromEntries(
    gradients.map(({ parameter, gradient }) => {
      if (gradient.form === 'dense') return [parameter.name, list(gradient.tensor)];
      if (gradient.form === 'rows') throw new TypeError('no box here leaves rows');
      const [fanIn, fanOut] = parameter.value.shape as [number, number];
      const sums = Array.from({ length: fanIn * fanOut }, (_, at) => {
        let sum = 0;
        for (const { input, dOutput } of gradient.pairs) {
          for (let row = 0; row < (input.shape[0] as number); row++) {
            sum += input.get(row, Math.floor(at / fanOut)) * dOutput.get(row, at % fanOut);
          }
        }
        return sum;
      });
      return [parameter.name, sums];
    }),
  );
}

/** The central difference of the mean loss with respect to each element of each parameter, by parameter name. */
export function differences(
  model: FlowGraph,
  objective: Objective,
  inputs: Readonly<Record<string, Tensor>>,
  targets: Readonly<Record<string, Tensor | Labels>>,
): Record<string, number[]> {
  const epsilon = 1e-6;
  const lossAt = (values: { [i: number]: number }, i: number, at: number): number => {
    values[i] = at;
    const tape = model.fprop(inputs);
    const loss = tape.loss(objective, targets);
    tape.release();
    return loss;
  };
  return Object.fromEntries(
    model.parameters.map(({ name, value }) => {
      const values = elements(value);
      const slopes = [...values].map((now, i) => {
        const above = lossAt(values, i, now + epsilon);
        const below = lossAt(values, i, now - epsilon);
        values[i] = now;
        return (above - below) / (2 * epsilon);
      });
      return [name, slopes];
    }),
  );
}

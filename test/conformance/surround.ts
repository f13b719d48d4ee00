import {
  type BoxDefinition,
  type BoxDefinitions,
  type BoxDescription,
  type CheckedExamples,
  type FlowGraph,
  type InputDescription,
  inputOptions,
  type ParameterGradient,
  type PlacedBox,
} from '@fluxion/graph';
import { apply, concat, flatten, type GraphOptions, graph, linear, softplus, tanh } from '@fluxion/layers';
import {
  elements,
  type Labels,
  labels,
  random,
  reshape,
  type Shape,
  sizeOf,
  type Tensor,
  tensor,
} from '@fluxion/tensor';

interface Unflatten extends BoxDescription {
  readonly kind: 'unflatten';
  readonly shape: Shape;
}

/** Gives a vector another shape: what puts parameters below a child of any shape. */
const unflatten: BoxDefinition<Unflatten> = {
  children: 1,
  outputShape: ({ shape }) => shape,
  fprop: ({ kernels, inputs: [input], output }) => [
    kernels.copy(reshape(input, output.shape), { tensor: output, beta: 0 }),
  ],
  bprop: ({ kernels, dOutput, dInputs: [dInput] }) => [
    dInput && kernels.copy(dOutput, { tensor: reshape(dInput.tensor, dOutput.shape), beta: dInput.beta }),
  ],
};

/** Where the box under test stands. */
export interface Surroundings extends GraphOptions {
  /** Where its first child has another parent: whether that one's bprop runs before the box's, which then must add. */
  readonly shared?: 'before' | 'after' | undefined;
  /** Whether all its children are one and the same box. */
  readonly same?: boolean;
  /** By the places of its children, how many things the indices of those tell apart that are indices. */
  readonly indices?: readonly (number | undefined)[] | undefined;
}

const inputLength = 3;

/** Boxes that take numbers above 0 only. */
const ofPositives: ReadonlySet<string> = new Set(['log', 'log1p', 'sqrt']);

/**
 * A model around one box, named `box`: each child is a linear box on an input of its own, so that parameters lie below
 * every child and a wrong dInput shows in their gradients.
 */
export function surround(
  box: BoxDescription,
  childShapes: readonly Shape[],
  { shared, same = false, indices = [], definitions, ...options }: Surroundings = {},
): FlowGraph {
  const inputs: Record<string, InputDescription> = {};
  const boxes: Record<string, PlacedBox> = {};
  const children: string[] = [];
  for (const [i, shape] of childShapes.entries()) {
    const n = same ? 1 : i + 1;
    const bound = indices[i];
    if (bound !== undefined) {
      inputs[`input${n}`] = { shape, indices: bound };
      children.push(`input${n}`);
      continue;
    }
    children.push(`child${n}`);
    if (same && i > 0) continue;
    inputs[`input${n}`] = [inputLength];
    boxes[`below${n}`] = apply(linear(sizeOf(shape)), `input${n}`);
    const unflattened: Unflatten = { kind: 'unflatten', shape };
    if (ofPositives.has(box.kind)) {
      boxes[`shaped${n}`] = apply(unflattened, `below${n}`);
      boxes[`child${n}`] = apply(softplus(), `shaped${n}`);
    } else boxes[`child${n}`] = apply(unflattened, `below${n}`);
  }
  boxes.box = apply(box, ...children);
  boxes.flat = apply(flatten(), 'box');
  if (shared !== undefined) {
    boxes.other = apply(tanh(), 'child1');
    boxes.otherFlat = apply(flatten(), 'other');
    // fprop goes depth first and bprop in reverse: the parent that is named last runs its bprop first.
    const parents = shared === 'before' ? ['flat', 'otherFlat'] : ['otherFlat', 'flat'];
    boxes.joined = apply(concat(), ...parents);
  }
  const outputs = [shared === undefined ? 'flat' : 'joined'];
  const allDefinitions: BoxDefinitions = { unflatten, ...definitions };
  return graph({ inputs, boxes, outputs }, { ...options, definitions: allDefinitions });
}

/** Random numbers in [−1, 1). */
export function randomTensor(shape: Shape, seed: number, purpose: string): Tensor {
  const numbers = random(seed, purpose);
  return tensor(
    Array.from({ length: sizeOf(shape) }, (_, i) => 2 * numbers.uniform(i) - 1),
    shape,
  );
}

/** Random indices from −1 on, below a bound. */
function randomIndices(shape: Shape, bound: number, seed: number, purpose: string): Labels {
  const numbers = random(seed, purpose);
  return labels(
    Array.from({ length: sizeOf(shape) }, (_, i) => numbers.integer(i, bound + 1) - 1),
    shape,
  );
}

/** Random inputs of a model, and values as the targets of its output. */
export function randomExamples(model: FlowGraph, batch: number, seed = 1): CheckedExamples {
  const [output] = model.outputs;
  return {
    inputs: Object.fromEntries(
      Object.entries(model.description.inputs).map(([name, input]) => {
        const { shape, indices } = inputOptions(input);
        const all = [batch, ...shape];
        return [
          name,
          indices === undefined ? randomTensor(all, seed, name) : randomIndices(all, indices, seed, name),
        ];
      }),
    ),
    targets: { target: randomTensor([batch, ...model.box(output).shape], seed, 'target') },
  };
}

/**
 * The model with the first seed at which no child of the box has an element within 0.01 of 0, where relu has its kink:
 * a difference across a kink says nothing about the gradient.
 */
export function awayFromKinks(build: (seed: number) => FlowGraph, batch: number): FlowGraph {
  for (let seed = 0; seed < 1000; seed++) {
    const model = build(seed);
    const tape = model.fprop(randomExamples(model, batch).inputs);
    const children = model
      .box('box')
      .description.children.filter((child) => child.startsWith('child'))
      .flatMap((child) => [...elements(tape.value(child))]);
    tape.release();
    if (children.every((value) => Math.abs(value) > 0.01)) return model;
  }
  throw new Error('expected a seed that stays away from the kinks');
}

/** Each gradient written out, ∇Ω included, by the name of its parameter. */
export function writtenGradients(
  { kernels }: FlowGraph,
  gradients: readonly ParameterGradient[],
): Record<string, number[]> {
  const written = gradients.map(({ parameter: { name, value }, gradient, penalty }) => {
    const tensor = kernels.arena.tensor(value.shape);
    kernels.writeGradient(value, gradient, penalty, { tensor, beta: 0 })();
    return [name, [...elements(tensor)]];
  });
  return Object.fromEntries(written);
}

import {
  arena,
  createKernels,
  type DType,
  elements,
  expectLengths,
  expectNames,
  expectSeed,
  expectShape,
  type Kernels,
  type KernelsName,
  OptionError,
  type Shape,
  ShapeError,
  StateError,
  type Tensor,
} from '@fluxion/tensor';
import type { BoxDefinitions } from './box.js';
import { type Box, buildBox } from './buildBox.js';
import { type CellName, expectTensor, type Given, given, hasShape } from './cell.js';
import type { GraphDescription, PlacedBox } from './graphDescription.js';
import { Lane } from './lane.js';
import type { Parameter } from './parameter.js';
import type { PassMemory } from './passMemory.js';
import { Tape } from './tape.js';
import { topologicalOrder } from './topologicalOrder.js';

/** How a description becomes a model. */
export interface FlowGraphOptions {
  /** Decides every initial value: an integer from 0 to 2³² − 1. Default 0. */
  readonly seed?: number;
  /** float32 to train, float64 to check. Default float32. */
  readonly dtype?: DType;
  /** Implementation of the arithmetic. Default: the fastest that gives the same bits everywhere. */
  readonly kernels?: KernelsName;
  /** Boxes by kind. */
  readonly definitions: BoxDefinitions;
  /** How many passes may be in flight, forward but not yet released. Default 1024. */
  readonly maxPasses?: number;
}

type InputName = CellName & { readonly shape: readonly (number | string)[] };
/**
 * An acyclic graph of boxes with its parameters: a model. Each box computes its value from its children by `fprop`, and
 * the gradients of the loss with respect to its children by `bprop`.
 *
 * @see Larochelle, "Training neural networks – backpropagation", slide "flow graph".
 */
export class FlowGraph {
  readonly description: GraphDescription;
  readonly definitions: BoxDefinitions;
  readonly seed: number;
  readonly dtype: DType;
  readonly kernels: Kernels;
  /** In the order of fprop. */
  readonly boxes: readonly Box[];
  /** In the order of fprop. */
  readonly parameters: readonly Parameter[];
  readonly #byName: ReadonlyMap<string, Box>;
  readonly #maxPasses: number;
  readonly #inputs: readonly InputName[];
  /** Memory that no pass has now. */
  readonly #free: Lane[] = [];
  #learning: readonly Parameter[];
  #inFlight = 0;
  #version = 0;

  /**
   * @throws {OptionError} on an unknown kind, a wrong number of children, a cycle, a dangling name, a bad option.
   * @throws {ShapeError} when a box does not fit its children.
   */
  constructor(description: GraphDescription, options: FlowGraphOptions) {
    const { seed = 0, dtype = 'float32', definitions, maxPasses = 1024 } = options;
    expectNames('graph options', options, ['seed', 'dtype', 'kernels', 'definitions', 'maxPasses']);
    expectParts(description);
    expectSeed('graph', seed);
    if (!(maxPasses >= 1)) {
      throw new OptionError(`graph maxPasses: expected 1 or more, got ${maxPasses}; give such a number`);
    }
    const inputs = Object.entries(description.inputs);
    if (inputs.length === 0) {
      throw new OptionError('graph inputs: expected at least one, got none; name one with its shape');
    }
    for (const [name, shape] of inputs) expectExampleShape(`graph input '${name}'`, shape);
    this.description = description;
    this.definitions = definitions;
    this.seed = seed;
    this.dtype = dtype;
    this.kernels = createKernels(options.kernels ?? defaultKernels(dtype), arena(dtype));
    this.#maxPasses = maxPasses;
    this.#inputs = inputs.map(([name, shape]) => ({
      name,
      where: `fprop input '${name}'`,
      shape: ['batch', ...shape],
    }));

    const shapes = new Map<string, Shape>(inputs);
    const byName = new Map<string, Box>();
    for (const name of topologicalOrder(description)) {
      const box = buildBox(this, name, description.boxes[name] as PlacedBox, shapes);
      shapes.set(name, box.shape);
      byName.set(name, box);
    }
    this.#byName = byName;
    this.boxes = [...byName.values()];
    this.parameters = this.boxes.flatMap((box) => [...box.parameters.values()]);
    this.#learning = this.parameters.filter(({ frozen }) => !frozen);
  }

  /** Shape of one example of each input. */
  get inputs(): Readonly<Record<string, Shape>> {
    return this.description.inputs;
  }

  /** Names of the outputs, the main one first. */
  get outputs(): readonly string[] {
    return this.description.outputs;
  }

  /** The parameters that are not frozen, in the order of fprop; the same array until a `freeze` changes them. */
  get learning(): readonly Parameter[] {
    return this.#learning;
  }

  /** How often the parameters have changed. */
  get version(): number {
    return this.#version;
  }

  /** Passes begun by `fprop` and not yet released. */
  get passesInFlight(): number {
    return this.#inFlight;
  }

  /** @throws {OptionError} when there is no box of that name. */
  box(name: string): Box {
    const box = this.#byName.get(name);
    if (box === undefined) {
      throw new OptionError(
        `graph box: expected one of ${[...this.#byName.keys()].join(', ')}, got '${name}'; name one of these`,
      );
    }
    return box;
  }

  /**
   * Forward propagation: the value of every box on a minibatch, in topological order.
   *
   * @param inputs one tensor [batch, ...shape] for each input; a graph of one input takes it under any name
   * @returns the pass; give it back with `release()` when its values are no longer wanted
   * @throws {ShapeError} on a wrong shape, {OptionError} on a missing input, {StateError} when too many passes are in
   *   flight.
   */
  fprop(inputs: Readonly<Record<string, Tensor>>): Tape {
    const memory = this.#lend(this.#batchSize(inputs));
    try {
      memory.fprop(inputs);
    } catch (error) {
      memory.giveBack();
      throw error;
    }
    return new Tape(memory);
  }

  /** Says that parameters have changed: a bprop of a pass begun before is refused from now on. */
  markUpdated(): void {
    this.#version++;
  }

  /**
   * Overwrites a parameter's values; `update` does not need this, loading does.
   *
   * @throws {ShapeError} when there are not as many values as the parameter has.
   */
  assign({ name, value }: Parameter, values: ArrayLike<number>): void {
    if (values.length !== value.size) {
      throw new ShapeError(
        `assign '${name}': expected ${value.size} values, got ${values.length}; give as many as the parameter has`,
      );
    }
    elements(value).set(values);
    this.markUpdated();
  }

  /**
   * Keeps the parameters of a box as they are, or lets them learn again. Backward passes follow: what then has no
   * parameter left to reach is not walked.
   *
   * @throws {OptionError} when there is no box of that name, or it has no parameters.
   */
  freeze(name: string, frozen = true): void {
    const { parameters } = this.box(name);
    if (parameters.size === 0) {
      throw new OptionError(`freeze: expected a box with parameters, '${name}' has none; name another box`);
    }
    const changing = [...parameters.values()].filter((parameter) => parameter.frozen !== frozen);
    if (changing.length === 0) return;
    for (const parameter of changing) parameter.frozen = frozen;
    this.#learning = this.parameters.filter(({ frozen }) => !frozen);
    this.markUpdated();
  }

  /** The length of the first input's first axis; its shape is checked before a tape is made for so many examples. */
  #batchSize(inputs: Given): number {
    const first = this.#inputs[0] as InputName;
    const tensor = given(inputs, first, this.#inputs);
    if (!hasShape(tensor, first.shape, 1)) {
      expectTensor(tensor, first.where);
      expectShape(first.where, first.shape, tensor.shape, 'give it that shape');
    }
    return tensor.shape[0] as number;
  }

  #lend(batchSize: number): PassMemory {
    if (this.#inFlight >= this.#maxPasses) {
      throw new StateError(
        `fprop: expected at most ${this.#maxPasses} passes in flight, this would be one more; call release() of each as soon as it has been used`,
      );
    }
    const free = this.#free;
    if (free.length === 0) {
      free.push(
        new Lane(this, (returned) => {
          this.#inFlight--;
          free.push(returned);
        }),
      );
    }
    const memory = (free.at(-1) as Lane).memory(batchSize);
    free.pop();
    this.#inFlight++;
    return memory;
  }
}

/** Whoever writes without types may leave a part out, or misname it. */
function expectParts(description: GraphDescription): void {
  const parts = ['inputs', 'boxes', 'outputs'] as const;
  expectNames('graph', description, parts);
  const missing = parts.find((part) => typeof description[part] !== 'object');
  if (missing !== undefined) {
    throw new OptionError(
      `graph ${missing}: expected inputs, boxes and outputs, got no ${missing}; give them`,
    );
  }
}

function expectExampleShape(where: string, shape: Shape): void {
  if (!Array.isArray(shape)) {
    throw new OptionError(`${where}: expected the shape of one example, got ${shape}; give it, as [784]`);
  }
  expectLengths(where, shape);
}

function defaultKernels(dtype: DType): KernelsName {
  return dtype === 'float32' ? 'wasm' : 'reference';
}

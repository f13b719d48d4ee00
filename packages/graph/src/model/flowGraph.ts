import {
  arena,
  type BindKernels,
  createKernels,
  DataError,
  type DType,
  elements,
  expectLengths,
  expectNames,
  expectSeed,
  expectShape,
  formatShape,
  indexAt,
  type Kernels,
  type KernelsName,
  type ModelEncoder,
  OptionError,
  type Shape,
  ShapeError,
  StateError,
  sameShape,
  type Tensor,
} from '@fluxion/tensor';
import type { Mode } from '../box/boxCells.js';
import type { BoxDefinitions } from '../box/boxDefinition.js';
import type { Parameter, State } from '../box/parameter.js';
import {
  type GraphDescription,
  type InputDescription,
  inputOptions,
} from '../description/graphDescription.js';
import type { Ahead } from '../pass/ahead.js';
import { type CellName, expectTensor, type Given, given, hasShape } from '../pass/cell.js';
import { Lane } from '../pass/lane.js';
import type { PassMemory } from '../pass/passMemory.js';
import { Tape } from '../pass/tape.js';
import { type Box, buildBox } from './buildBox.js';
import type { BuiltGraph } from './builtGraph.js';
import { inferShapes } from './inferShapes.js';

/** How a description becomes a model. */
export interface FlowGraphOptions {
  /** Decides every initial value: an integer from 0 to 2³² − 1. Default 0. */
  readonly seed?: number;
  /** float32 to train, float64 to check. Default float32. */
  readonly dtype?: DType;
  /** Implementation of the arithmetic. Default: the fastest that gives the same bits everywhere. */
  readonly kernels?: KernelsName | BindKernels;
  /** Boxes by kind. */
  readonly definitions: BoxDefinitions;
  /** How many passes may be in flight, forward but not yet released. Default 1024. */
  readonly maxPasses?: number;
  /** What makes the model's inputs of rows of data: saved with the model, and applied where it predicts. */
  readonly encoder?: ModelEncoder;
}

/** What a pass is for, and the number of its first example. */
export interface PassOptions {
  /** `train`: dropout and noise act, statistics run. `predict`: nothing is left to chance. Default predict. */
  readonly mode?: Mode;
  /** Number of the first example. Boxes that draw at random draw by the numbers of the examples. Default 0. */
  readonly example?: number | undefined;
  /** How far the numbers of the examples lie apart. Default 1. */
  readonly stride?: number | undefined;
  /** Where the inputs of examples to come are known, so that some of what they need is computed at once. */
  readonly ahead?: Ahead | undefined;
}

type InputName = CellName & { readonly shape: readonly (number | string)[] };
/**
 * An acyclic graph of boxes with its parameters: a model. Each box computes its value from its children by `fprop`, and
 * the gradients of the loss with respect to its children by `bprop`.
 *
 * @see Larochelle, "Training neural networks – backpropagation", slide "flow graph".
 */
export class FlowGraph implements BuiltGraph {
  readonly description: GraphDescription;
  readonly definitions: BoxDefinitions;
  readonly seed: number;
  readonly dtype: DType;
  readonly kernels: Kernels;
  /** In the order of fprop. */
  readonly boxes: readonly Box[];
  /** In the order of fprop. */
  readonly parameters: readonly Parameter[];
  /** In the order of fprop. */
  readonly states: readonly State[];
  readonly inputs: Readonly<Record<string, Shape>>;
  readonly encoder: ModelEncoder | undefined;
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
    const { seed = 0, dtype = 'float32', definitions, maxPasses = 1024, encoder } = options;
    expectNames('graph options', options, [
      'seed',
      'dtype',
      'kernels',
      'definitions',
      'maxPasses',
      'encoder',
    ]);
    expectParts(description);
    expectSeed('graph', seed);
    if (!(maxPasses >= 1)) {
      throw new OptionError(`graph maxPasses: expected 1 or more, got ${maxPasses}; give such a number`);
    }
    const inputs = Object.entries(description.inputs);
    if (inputs.length === 0) {
      throw new OptionError('graph inputs: expected at least one, got none; name one with its shape');
    }
    for (const [name, input] of inputs) expectInput(`graph input '${name}'`, input);
    expectEncoder(description, encoder);
    this.description = description;
    this.definitions = definitions;
    this.seed = seed;
    this.dtype = dtype;
    this.kernels = createKernels(options.kernels ?? defaultKernels(dtype), arena(dtype));
    this.#maxPasses = maxPasses;
    this.encoder = encoder;
    this.inputs = Object.fromEntries(inputs.map(([name, input]) => [name, inputOptions(input).shape]));
    this.#inputs = inputs.map(([name, input]) => ({
      name,
      where: `fprop input '${name}'`,
      shape: ['batch', ...inputOptions(input).shape],
    }));
    this.boxes = inferShapes(description, definitions).map((box) => buildBox(box, this.kernels, seed));
    this.#byName = new Map(this.boxes.map((box) => [box.name, box]));
    this.parameters = this.boxes.flatMap((box) => [...box.parameters.values()]);
    this.states = this.boxes.flatMap((box) => [...box.states.values()]);
    this.#learning = this.parameters.filter(({ frozen }) => !frozen);
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
   * @param inputs one tensor [batch, ...shape] for each input; a graph of one input takes it under any name; the mask of a
   *   masked input as `NAME.mask` [batch, length]
   * @returns the pass; give it back with `release()` when its values are no longer wanted
   * @throws {ShapeError} on a wrong shape, {OptionError} on a missing input or an unknown mode, {DataError} with the row
   *   of the minibatch on a number that is not finite or an index out of range, {StateError} when too many passes are in
   *   flight.
   */
  fprop(inputs: Given, { mode = 'predict', example = 0, stride = 1, ahead }: PassOptions = {}): Tape {
    if (mode !== 'predict' && mode !== 'train') {
      throw new OptionError(`fprop mode: expected train or predict, got '${mode}'; give one of these`);
    }
    const memory = this.#lend(this.#batchSize(inputs));
    try {
      memory.fprop(inputs, { mode, example, stride }, ahead);
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
   * The values of a parameter or a state as they are after all that has been learned. It is the model's own tensor, or a
   * copy where updates wait: the next update changes it, or the next call.
   *
   * @throws {OptionError} when it is neither.
   */
  valueOf(of: Parameter | State): Tensor {
    if (of?.value === undefined) {
      throw new OptionError(
        `valueOf: expected a parameter or a state, got ${typeof of === 'string' ? `'${of}'` : typeof of}; give one of model.parameters or model.states`,
      );
    }
    return ('deferred' in of ? of.deferred?.settled() : undefined) ?? of.value;
  }

  /**
   * Overwrites the values of a parameter or a state; `update` does not need this, loading does.
   *
   * @throws {ShapeError} when there are not as many values as it has; {DataError} when one is not finite, or not in float32.
   */
  assign(to: Parameter | State, values: ArrayLike<number>): void {
    const { name, value } = to;
    if (values.length !== value.size) {
      throw new ShapeError(
        `assign '${name}': expected ${value.size} values, got ${values.length}; give as many as it has`,
      );
    }
    const round = value.data instanceof Float32Array ? Math.fround : Number;
    for (let i = 0; i < values.length; i++) {
      if (Number.isFinite(round(values[i] as number))) continue;
      throw new DataError(
        `assign '${name}'[${indexAt(i, value.shape).join(', ')}]: expected a finite number of the model's ${this.dtype}, got ${values[i]}; take the values from a model that has not diverged`,
      );
    }
    if ('deferred' in to) to.deferred?.settle();
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

function expectInput(where: string, input: InputDescription): void {
  const { shape, indices, masked } = inputOptions(input ?? {});
  if (!Array.isArray(shape)) {
    const got = typeof input === 'object' ? shape : input;
    throw new OptionError(`${where}: expected the shape of one example, got ${got}; give it, as [784]`);
  }
  expectLengths(where, shape);
  if (!Array.isArray(input)) expectNames(where, input, ['shape', 'indices', 'masked']);
  if (indices !== undefined && !(Number.isSafeInteger(indices) && indices > 0 && indices < 2 ** 31)) {
    throw new OptionError(
      `${where} indices: expected how many there are, an integer from 1, got ${indices}; give it, as 10000`,
    );
  }
  if (masked === true && shape.length === 0) {
    throw new OptionError(
      `${where} masked: expected a sequence, along the first axis, got a single element; give a shape, as [64]`,
    );
  }
}

function expectEncoder({ inputs }: GraphDescription, encoder: ModelEncoder | undefined): void {
  for (const [name, given] of Object.entries(encoder?.inputs ?? {})) {
    const input = inputs[name];
    const { shape, indices } = inputOptions(given);
    const fits =
      input !== undefined &&
      sameShape(inputOptions(input).shape, shape) &&
      inputOptions(input).indices === indices;
    if (!fits) {
      const got = input === undefined ? 'no such input' : formatShape(inputOptions(input).shape);
      throw new OptionError(
        `graph input '${name}': expected shape ${formatShape(shape)} as the encoder gives it, got ${got}; declare it so, or take inputs from encoder.inputs`,
      );
    }
  }
}

function defaultKernels(dtype: DType): KernelsName {
  return dtype === 'float32' ? 'wasm' : 'reference';
}

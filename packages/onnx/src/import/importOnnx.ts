import { type FlowGraph, type GraphDescription, inferShapes, type PlacedBox } from '@fluxion/graph';
import { boxes, type GraphOptions, graph } from '@fluxion/layers';
import { CheckpointError, OptionError, type Shape } from '@fluxion/tensor';
import { type NodeProto, TensorProto_DataType as Type, type ValueInfoProto } from '../proto/onnx_pb.js';
import { type Constant, readConstant } from '../read/constant.js';
import { externalBytes, isExternal } from '../read/externalData.js';
import { isStandard, type OnnxFile, readOnnx } from '../read/readOnnx.js';
import { folded } from './fold.js';
import { expectSize, GraphImport } from './graphImport.js';
import { nodesInOrder } from './nodesInOrder.js';
import { OnnxNode } from './onnxNode.js';
import { operators } from './operators.js';
import { type Known, Refusal, type Value } from './value.js';

/** How a model is imported. */
export interface ImportOnnxOptions extends Omit<GraphOptions, 'definitions' | 'encoder'> {
  /** Shape of one example of an input, by its name, where the file leaves a length open. */
  readonly inputShapes?: Readonly<Record<string, Shape>>;
}

/**
 * A model of a file of ONNX, opset 1 to 21: a graph of boxes that predicts the same and learns on. Weights become parameters,
 * under the names of the values that they make; what computes shapes is worked out once. Inputs and outputs keep their names and
 * axes, the minibatch first; inside, pictures have their channels last.
 *
 * The file is not trusted: lengths are compared with what is there, and external data is read from the model's folder alone.
 *
 * @param source path of the file, or its bytes
 * @throws {CheckpointError} when it is no ONNX, or has operators that no box expresses: all of them, each with its node and
 *   why; {OptionError} on an option that cannot be.
 * @see https://onnx.ai/onnx/intro/concepts.html
 * @example
 * const model = await importOnnx('model.onnx');
 * console.log(model.inputs, model.outputs);
 */
export async function importOnnx(
  source: string | Uint8Array,
  { inputShapes = {}, ...options }: ImportOnnxOptions = {},
): Promise<FlowGraph> {
  const onnx = await readOnnx(source);
  const known = new Map<string, Known>();
  const problems: string[] = [];
  const imported = new GraphImport(await readInitializers(onnx, known, problems));
  const batch = readInputs(onnx, imported, known, inputShapes, problems);
  expectNone(problems, onnx.file, '');
  const nodes = nodesInOrder(onnx.graph, new Set(known.keys()), onnx.file);
  const uses = new Map<string, number>();
  for (const name of [...nodes.flatMap(({ input }) => input), ...onnx.graph.output.map(({ name }) => name)]) {
    uses.set(name, (uses.get(name) ?? 0) + 1);
  }
  for (const node of nodes)
    importNode(new OnnxNode(node, imported, known, uses, onnx.opset, batch), node, known, problems);
  expectNone(problems, onnx.file, '; replace these before the model is exported');
  return build(onnx, imported, known, options);
}

/** @returns how many numbers they have */
async function readInitializers(
  { graph, folder }: OnnxFile,
  known: Map<string, Known>,
  problems: string[],
): Promise<number> {
  let size = 0;
  const versions = new Map<string, string>();
  for (const tensor of graph.initializer) {
    try {
      const bytes = isExternal(tensor) ? await externalBytes(tensor, folder, versions) : undefined;
      const constant = readConstant(tensor, bytes);
      size += constant.values.length;
      known.set(tensor.name, constant);
    } catch (cause) {
      problems.push(`the initializer '${tensor.name}' (${(cause as Error).message})`);
    }
  }
  return size;
}

/** Operators whose sequences have the steps before the minibatch. */
const TIME_MAJOR: readonly string[] = ['LSTM', 'GRU', 'RNN'];

/** @returns the size of the minibatch, where all inputs say one */
function readInputs(
  { graph }: OnnxFile,
  imported: GraphImport,
  known: Map<string, Known>,
  shapes: Readonly<Record<string, Shape>>,
  problems: string[],
): number | undefined {
  const names = graph.input.map(({ name }) => name).filter((name) => !known.has(name));
  for (const name of Object.keys(shapes)) {
    if (names.includes(name)) continue;
    throw new OptionError(
      `inputShapes: expected inputs of the file, got '${name}'; its inputs are ${names.map((own) => `'${own}'`).join(', ')}`,
    );
  }
  const timeMajor = new Set(
    graph.node
      .filter(
        ({ opType, attribute }) =>
          TIME_MAJOR.includes(opType) && !attribute.some(({ name, i }) => name === 'layout' && i === 1n),
      )
      .map(({ input }) => input[0]),
  );
  const sizes = new Set<number | undefined>();
  for (const input of graph.input) {
    if (known.has(input.name)) continue;
    const axis = timeMajor.has(input.name) ? 1 : 0;
    try {
      const { dims, isWhole } = typeOf(input);
      if (dims.length <= axis) throw new Error('expected an axis of the minibatch, got a single number');
      sizes.add(dims[axis]);
      const shape = exampleOf(input.name, dims.toSpliced(axis, 1), shapes[input.name]);
      expectSize(shape);
      known.set(input.name, imported.input(input.name, shape, axis, isWhole));
    } catch (cause) {
      if (cause instanceof OptionError) throw cause;
      problems.push(`the input '${input.name}' (${(cause as Error).message})`);
    }
  }
  const [size] = sizes;
  return sizes.size === 1 ? size : undefined;
}

/** The shape of one example: as the file has it, and where it leaves lengths open as it is given. */
function exampleOf(name: string, dims: readonly (number | undefined)[], given: Shape | undefined): Shape {
  const shown = dims.map((dim) => dim ?? '?');
  if (given === undefined) {
    if (dims.every((dim) => dim !== undefined)) return dims;
    throw new Error(
      `expected the lengths of an example, got [${shown.join(', ')}]; give them by inputShapes, or to the command by --input-shape ${name}=${shown}`,
    );
  }
  const fits =
    Array.isArray(given) &&
    given.length === dims.length &&
    given.every((length, i) => Number.isSafeInteger(length) && length > 0 && length === (dims[i] ?? length));
  if (fits) return given;
  throw new OptionError(
    `inputShapes: expected [${shown.join(', ')}] for '${name}', got ${JSON.stringify(given)}; give a length for each ?, without the minibatch`,
  );
}

/** Lengths of an input's axes, undefined where they are open, and whether it is whole numbers. */
function typeOf({ name, type }: ValueInfoProto): { dims: readonly (number | undefined)[]; isWhole: boolean } {
  if (!isSafe(name)) throw new Error('expected a name other than __proto__ and nothing');
  if (type?.value.case !== 'tensorType') throw new Error('expected a tensor');
  const { elemType, shape } = type.value.value;
  const floats: readonly number[] = [Type.FLOAT, Type.DOUBLE, Type.FLOAT16, Type.BFLOAT16];
  const ints: readonly number[] = [Type.INT64, Type.INT32];
  if (!floats.includes(elemType) && !ints.includes(elemType)) {
    throw new Error(`expected numbers, got the type ${Type[elemType] ?? elemType}`);
  }
  const dims = (shape?.dim ?? []).map(({ value }) => {
    const length = value.case === 'dimValue' ? Number(value.value) : 0;
    return Number.isSafeInteger(length) && length > 0 ? length : undefined;
  });
  return { dims, isWhole: ints.includes(elemType) };
}

/** A name that a plain object takes as any other. */
function isSafe(name: string): boolean {
  return name !== '' && name !== '__proto__';
}

function importNode(
  node: OnnxNode,
  proto: NodeProto,
  known: ReadonlyMap<string, Known>,
  problems: string[],
): void {
  // What depends on a node that was refused is not its own problem.
  if (proto.input.some((name) => name !== '' && !known.has(name))) return;
  try {
    if (!proto.output.every((name) => name === '' || isSafe(name)))
      throw new Refusal('expected names other than __proto__ and nothing');
    if (!isStandard(proto.domain))
      throw new Refusal(`expected operators of the standard, got one of ${proto.domain}`);
    const constant = folded(node);
    if (constant !== undefined) {
      node.set(constant);
      return;
    }
    const operator = Object.hasOwn(operators, node.type) ? operators[node.type] : undefined;
    if (operator === undefined) throw new Refusal('no box computes it');
    expectApart(node);
    operator(node);
  } catch (cause) {
    // What a file asks for can be longer than any array.
    if (!(cause instanceof Refusal || cause instanceof RangeError)) throw cause;
    problems.push(`${proto.opType} '${proto.name || node.name}' (${cause.message})`);
  }
}

/** Operators that leave an axis alone which the minibatch is joined with. */
const JOINABLE = ['Reshape', 'Transpose', 'MatMul', 'Gemm', 'Softmax', 'Identity', 'Cast'];
/** Those that do where the other side is a constant. */
const JOINABLE_SCALES = ['Add', 'Div', 'Mul'];

/** @throws {Refusal} when an input has an axis in one with the minibatch, which the operator would take for it. */
function expectApart(node: OnnxNode): void {
  const inputs = Array.from({ length: node.inputCount }, (_, place) => node.optional(place));
  if (!inputs.some((known) => known?.isConstant === false && known.joined !== undefined)) return;
  const isScaled = JOINABLE_SCALES.includes(node.type) && inputs.some((known) => known?.isConstant);
  if (isScaled || JOINABLE.includes(node.type)) return;
  throw new Refusal('expected the minibatch as an axis of its own, got it joined with another');
}

/** @param advice what to do about all of them */
function expectNone(problems: readonly string[], file: string, advice: string): void {
  if (problems.length === 0) return;
  const more = problems.length > 20 ? ` and ${problems.length - 20} more` : '';
  throw new CheckpointError(
    `${file}: expected what boxes can express, got ${problems.slice(0, 20).join('; ')}${more}${advice}`,
  );
}

function build(
  { graph: proto, file }: OnnxFile,
  imported: GraphImport,
  known: ReadonlyMap<string, Known>,
  options: Omit<ImportOnnxOptions, 'inputShapes'>,
): FlowGraph {
  const { description, weights } = describe(proto.output, imported, known, file);
  // What is wrong with the graph is the file's fault; what is refused afterwards are the caller's options.
  expectSound(() => inferShapes(description, boxes), file);
  const model = graph(description, options);
  for (const cell of [...model.parameters, ...model.states]) {
    const values = weights.get(cell.name);
    if (values === undefined) continue;
    const round = model.dtype === 'float32' ? Math.fround : Number;
    if (!Array.from(values).every((value) => Number.isFinite(round(value)))) {
      throw new CheckpointError(
        `${file}: expected finite numbers for '${cell.name}', got others; go back to a model from before it diverged`,
      );
    }
    model.assign(cell, values);
  }
  return model;
}

function expectSound(check: () => unknown, file: string): void {
  try {
    check();
  } catch (cause) {
    throw new CheckpointError(
      `${file}: expected a graph that can be built (${(cause as Error).message}); export the model again`,
      { cause },
    );
  }
}

/** The boxes that the outputs need, those of the outputs under the names of these. */
function describe(
  outputs: readonly ValueInfoProto[],
  imported: GraphImport,
  known: ReadonlyMap<string, Known>,
  file: string,
): { description: GraphDescription; weights: ReadonlyMap<string, Constant['values'] | readonly number[]> } {
  const names = new Map<string, string>();
  for (const { name } of outputs) {
    const value = known.get(name);
    if (value === undefined || value.isConstant) {
      throw new CheckpointError(
        `${file}: expected the output '${name}' to be a value of the graph, got a constant; leave it out`,
      );
    }
    if (value.joined !== undefined) {
      throw new CheckpointError(
        `${file}: expected the output '${name}' to have the minibatch as an axis of its own, got it joined with another; reshape it before the model is exported`,
      );
    }
    const { box } = imported.plain(name, value as Value);
    const isOther = imported.inputs.has(box) || (names.has(box) && names.get(box) !== name);
    const own = isOther ? imported.place(name, { kind: 'scale', factor: 1 }, [box]).box : box;
    names.set(own, name);
  }
  const needed = new Set<string>();
  const stack = [...names.keys()];
  for (let box = stack.pop(); box !== undefined; box = stack.pop()) {
    if (needed.has(box)) continue;
    needed.add(box);
    stack.push(...(imported.boxes.get(box)?.children ?? []));
  }
  const taken = new Set(names.values());
  const nameOf = (box: string): string => {
    const own = names.get(box) ?? box;
    if (names.has(box) || !taken.has(own)) return own;
    const free = imported.name(own);
    names.set(box, free);
    return free;
  };
  const placed: Record<string, PlacedBox> = {};
  const weights = new Map<string, Constant['values'] | readonly number[]>();
  for (const [box, description] of imported.boxes) {
    if (!needed.has(box)) continue;
    const name = nameOf(box);
    placed[name] = { ...description, children: description.children.map(nameOf) };
  }
  for (const [name, values] of imported.weights) {
    const dot = name.lastIndexOf('.');
    const box = name.slice(0, dot);
    if (needed.has(box)) weights.set(nameOf(box) + name.slice(dot), values);
  }
  const inputs = Object.fromEntries([...imported.inputs].filter(([name]) => needed.has(name)));
  return { description: { inputs, boxes: placed, outputs: outputs.map(({ name }) => name) }, weights };
}

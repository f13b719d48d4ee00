import type { AttributeProto, NodeProto } from '../proto/onnx_pb.js';
import { type Constant, readConstant } from '../read/constant.js';
import type { AnyBox, GraphImport, Weights } from './graphImport.js';
import { type Known, Refusal, type Value } from './value.js';

/** A node that is being imported: its attributes, what is known of its inputs, and where its values go. */
export class OnnxNode {
  readonly opset: number;
  readonly type: string;
  readonly graph: GraphImport;
  /** Size of the minibatch, where the model is made for one size alone. */
  readonly batch: number | undefined;
  readonly #node: NodeProto;
  readonly #known: Map<string, Known>;
  readonly #uses: ReadonlyMap<string, number>;
  readonly #attributes: ReadonlyMap<string, AttributeProto>;

  constructor(
    node: NodeProto,
    graph: GraphImport,
    known: Map<string, Known>,
    uses: ReadonlyMap<string, number>,
    opset: number,
    batch: number | undefined,
  ) {
    this.#node = node;
    this.type = node.opType;
    this.graph = graph;
    this.#known = known;
    this.#uses = uses;
    this.opset = opset;
    this.batch = batch;
    this.#attributes = new Map(node.attribute.map((attribute) => [attribute.name, attribute]));
  }

  /** What its first value is called. */
  get name(): string {
    return this.output(0);
  }

  output(place: number): string {
    return this.#node.output[place] ?? '';
  }

  get inputCount(): number {
    return this.#node.input.length;
  }

  get outputCount(): number {
    return this.#node.output.length;
  }

  /** What is known of an input; undefined where it was left out. */
  optional(place: number): Known | undefined {
    const name = this.#node.input[place] ?? '';
    return name === '' ? undefined : this.#known.get(name);
  }

  input(place: number): Known {
    const known = this.optional(place);
    if (known === undefined) throw new Refusal(`expected input ${place + 1}, got none`);
    return known;
  }

  get inputs(): readonly Known[] {
    return this.#node.input.map((_, place) => this.input(place));
  }

  /** An input that the model computes. */
  value(place = 0): Value {
    const known = this.input(place);
    if (known.isConstant) throw new Refusal(`expected a value for input ${place + 1}, got a constant`);
    return known;
  }

  /** An input that the file brings along. */
  constant(place: number): Constant {
    const known = this.input(place);
    if (known.isConstant) return known;
    throw new Refusal(`expected a constant for input ${place + 1}, got a value of the graph`);
  }

  optionalConstant(place: number): Constant | undefined {
    return this.optional(place) === undefined ? undefined : this.constant(place);
  }

  /** Whether an input is used by this node alone, so that what makes it may be changed. */
  isAlone(place: number): boolean {
    return this.#uses.get(this.#node.input[place] ?? '') === 1;
  }

  /** Whether somebody wants a value of the node. */
  wants(place: number): boolean {
    const name = this.output(place);
    return name !== '' && this.#uses.has(name);
  }

  has(attribute: string): boolean {
    return this.#attributes.has(attribute);
  }

  int(name: string, otherwise: number): number {
    const attribute = this.#attributes.get(name);
    return attribute === undefined ? otherwise : Number(attribute.i);
  }

  float(name: string, otherwise: number): number {
    return this.#attributes.get(name)?.f ?? otherwise;
  }

  text(name: string, otherwise: string): string {
    const attribute = this.#attributes.get(name);
    return attribute === undefined ? otherwise : new TextDecoder().decode(attribute.s);
  }

  texts(name: string): readonly string[] | undefined {
    return this.#attributes.get(name)?.strings.map((text) => new TextDecoder().decode(text));
  }

  ints(name: string): readonly number[] | undefined {
    return this.#attributes.get(name)?.ints.map(Number);
  }

  floats(name: string): readonly number[] | undefined {
    return this.#attributes.get(name)?.floats;
  }

  tensor(name: string): Constant | undefined {
    const tensor = this.#attributes.get(name)?.t;
    if (tensor === undefined) return undefined;
    try {
      return readConstant(tensor);
    } catch (cause) {
      throw new Refusal((cause as Error).message, { cause });
    }
  }

  /** Whole numbers that are an attribute in some opsets and an input in others. */
  list(attribute: string, place: number): readonly number[] | undefined {
    const given = this.ints(attribute);
    if (given !== undefined) return given;
    const constant = this.optionalConstant(place);
    return constant && [...constant.values];
  }

  /** Says what one of its values is. */
  set(known: Known, place = 0): void {
    this.#known.set(this.output(place), known);
  }

  /** Its first value is a box of the first input. */
  box(description: AnyBox, value: Value = this.value(), weights?: Weights): void {
    this.set(this.graph.map(this.name, description, value, weights));
  }
}

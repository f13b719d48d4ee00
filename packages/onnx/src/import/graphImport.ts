import type { BoxDefinition, BoxDescription, InputOptions, PlacedBox } from '@fluxion/graph';
import { boxes as definitions } from '@fluxion/layers';
import { type Floats, formatShape, type Shape, sizeOf } from '@fluxion/tensor';
import { batchAxisOf, Refusal, UNIT, type Value } from './value.js';

/** A box with the options of its kind. */
export type AnyBox = BoxDescription & { readonly [option: string]: unknown };

/** Parameters and states by their short names. */
export type Weights = Readonly<Record<string, Floats | readonly number[]>>;

/** 1 where an input has an index, 0 for −1, and perhaps times weights of the indices. */
export interface Presence {
  readonly input: string;
  readonly weights?: Value;
}

/** Numbers of one example of a value, at most; a file can ask for any shape. */
const MOST = 2 ** 26;
/** Numbers that are worked out, however small the file is. */
const LEAST_BUDGET = 2 ** 27;

/** The graph of boxes that a graph of ONNX becomes. */
export class GraphImport {
  readonly inputs: Map<string, InputOptions> = new Map();
  readonly boxes: Map<string, PlacedBox> = new Map();
  /** By box and parameter: `linear1.weight`. */
  readonly weights: Map<string, Floats | readonly number[]> = new Map();
  /** Scale boxes: what they scale, and by how much. */
  readonly scales: Map<string, { readonly child: string; readonly factor: number }> = new Map();
  /** Where the indices of an input are missing, −1, and where they are there: an embedding's zeros say it already. */
  readonly absences: Map<string, string> = new Map();
  readonly presences: Map<string, Presence> = new Map();
  /** The x of each erf(x/√2), and of those with 1 added: parts of a gelu, which have no box. */
  readonly erfs: Map<string, string> = new Map();
  readonly halves: Map<string, { readonly of: string; readonly factor: number }> = new Map();
  readonly #shapes = new Map<string, Shape>();
  readonly #names = new Set<string>();
  readonly #arranged = new Map<string, string>();
  #budget: number;

  /** @param size numbers that the file brings along: what is made of them may be several times as many */
  constructor(size: number) {
    this.#budget = LEAST_BUDGET + 8 * size;
  }

  /**
   * Counts numbers that are made, so that a small file does not make endlessly many.
   *
   * @throws {Refusal} when they are too many.
   */
  spend(numbers: number): void {
    this.#budget -= numbers;
    if (this.#budget < 0) throw new Refusal('expected fewer numbers from a file of this size');
  }

  /** Takes a name, or where it is taken the next free one. */
  name(wanted: string): string {
    let free = wanted;
    for (let i = 2; this.#names.has(free); i++) free = `${wanted}.${i}`;
    this.#names.add(free);
    return free;
  }

  /** An input, whose axes are those of the ONNX value but for that of the minibatch. */
  input(name: string, shape: Shape, batchAxis: number, isIndex: boolean): Value {
    this.name(name);
    this.inputs.set(name, { shape });
    this.#shapes.set(name, shape);
    const layout = shape.map((_, axis) => axis + 1).toSpliced(batchAxis, 0, 0);
    return { isConstant: false, box: name, shape, layout, isIndex };
  }

  /**
   * Says how many things the indices of an input tell apart.
   *
   * @throws {Refusal} when something else has said another number.
   */
  index({ box, isIndex }: Value, count: number): void {
    const input = this.inputs.get(box);
    if (!isIndex || input === undefined) throw new Refusal('expected indices of an input');
    if (input.indices !== undefined && input.indices !== count) {
      throw new Refusal(
        `expected '${box}' to be indices of one table, got tables of ${input.indices} and ${count} rows`,
      );
    }
    this.inputs.set(box, { ...input, indices: count });
  }

  /**
   * Puts a box on its children.
   *
   * @returns its name and the shape of one example of its value
   * @throws {Refusal} when it does not fit them, or its weights have other shapes.
   */
  place(
    wanted: string,
    { kind, ...options }: AnyBox,
    children: readonly string[],
    weights: Weights = {},
  ): { readonly box: string; readonly shape: Shape } {
    const definition = definitions[kind] as BoxDefinition;
    const description = { kind, ...options, children };
    const shapes = children.map((child) => {
      const shape = this.#shapes.get(child);
      if (shape === undefined) throw new Refusal('expected a whole gelu or embedding, got a part of one');
      return shape;
    });
    const shape = refusing(() => definition.outputShape(description, shapes, kind));
    expectSize(shape);
    const indices = children.map((child) => this.inputs.get(child)?.indices);
    const cells = {
      ...definition.parameters?.(description, shapes, indices),
      ...definition.states?.(description, shapes),
    };
    const box = this.name(wanted);
    this.spend(Object.values(weights).reduce((sum, { length }) => sum + length, 0));
    for (const [short, values] of Object.entries(weights)) {
      const expected = cells[short]?.shape ?? [];
      if (sizeOf(expected) !== values.length) {
        throw new Refusal(`expected ${formatShape(expected)} for ${short}, got ${values.length} numbers`);
      }
      this.weights.set(`${box}.${short}`, values);
    }
    this.boxes.set(box, description);
    this.#shapes.set(box, shape);
    return { box, shape };
  }

  /** Whether a box is a product to which nothing has been added yet. */
  takesBias(box: string): boolean {
    const { bias, frozen } = (this.boxes.get(box) ?? {}) as Partial<AnyBox>;
    return bias === false && frozen !== true;
  }

  /** Makes what is added to a product its bias. */
  addBias(box: string, values: Floats): void {
    const { bias: _, ...description } = this.boxes.get(box) as PlacedBox & AnyBox;
    this.boxes.set(box, description);
    this.weights.set(`${box}.bias`, values);
  }

  /** A box of one child, whose axes stay where they are. */
  map(wanted: string, description: AnyBox, value: Value, weights?: Weights): Value {
    expectNumbers(value);
    return { ...value, ...this.place(wanted, description, [value.box], weights) };
  }

  /**
   * The value with its axes in an order, which begins with that of the minibatch.
   *
   * @param order axes of the ONNX value
   * @throws {Refusal} when it does not begin with the minibatch.
   */
  arranged(wanted: string, value: Value, order: readonly number[]): Value {
    const { layout, shape } = value;
    if (layout[order[0] as number] !== 0) throw new Refusal('expected the examples to be its first axis');
    const places = order.map((axis) => layout[axis] as number);
    const target = places.slice(1).map((axis) => (axis === UNIT ? 1 : (shape[axis - 1] as number)));
    const arranged = { ...value, shape: target, layout: order.map((_, axis) => order.indexOf(axis)) };
    if (places.every((axis, i) => axis === i) && target.length === shape.length) {
      return { ...arranged, box: value.box };
    }
    expectNumbers(value);
    const long = places.slice(1).filter((axis) => axis !== UNIT && shape[axis - 1] !== 1);
    const isInOrder = long.every((axis, i) => i === 0 || axis > (long[i - 1] as number));
    const axes = places.slice(1).filter((axis) => axis !== UNIT);
    if (isInOrder) return { ...arranged, box: this.#reshaped(wanted, value.box, target) };
    const key = `${value.box} ${axes}`;
    const known = this.#arranged.get(key);
    const permuted =
      known ??
      this.place(`${wanted}/permute`, { kind: 'permute', axes: axes.map((axis) => axis - 1) }, [value.box])
        .box;
    this.#arranged.set(key, permuted);
    return {
      ...arranged,
      box: axes.length === target.length ? permuted : this.#reshaped(wanted, permuted, target),
    };
  }

  /** The value with the axes of its ONNX value in their order, after that of the minibatch. */
  plain(wanted: string, value: Value): Value {
    const batch = batchAxisOf(value);
    const others = value.layout.map((_, axis) => axis).filter((axis) => axis !== batch);
    return this.arranged(wanted, value, [batch, ...others]);
  }

  /** The value with an axis of the ONNX value as the last one of the box. */
  withLast(wanted: string, value: Value, axis: number): Value {
    const { layout, shape } = value;
    const place = layout[axis] as number;
    if (place === 0) throw new Refusal('expected an axis of one example, got that of the minibatch');
    if (place === shape.length && place !== UNIT) return value;
    const rest = layout.map((_, i) => i).filter((i) => i !== axis && layout[i] !== 0);
    const inOrder = rest.toSorted((a, b) => (layout[a] as number) - (layout[b] as number));
    return this.arranged(wanted, value, [batchAxisOf(value), ...inOrder, axis]);
  }

  /** The value of a box in another shape of one example, of as many elements. */
  #reshaped(wanted: string, box: string, shape: Shape): string {
    const known = this.#shapes.get(box) as Shape;
    if (known.length === shape.length && known.every((length, i) => length === shape[i])) return box;
    return this.place(`${wanted}/reshape`, { kind: 'reshapeTo', shape }, [box]).box;
  }

  /** A value's elements, row-major after the minibatch, in another shape of one example. */
  reshape(wanted: string, value: Value, shape: Shape): string {
    expectNumbers(value);
    return this.#reshaped(wanted, value.box, shape);
  }
}

/** @throws {Refusal} when an example has beyond all reason many numbers. */
export function expectSize(shape: Shape): void {
  if (!(sizeOf(shape) <= MOST)) {
    throw new Refusal(`expected examples of at most ${MOST} numbers, got ${formatShape(shape)}`);
  }
}

/** Boxes but the embedding's take numbers. */
function expectNumbers({ box, isIndex }: Value): void {
  if (isIndex) throw new Refusal(`expected numbers, got the whole numbers of '${box}'`);
}

function refusing<T>(compute: () => T): T {
  try {
    return compute();
  } catch (cause) {
    throw new Refusal((cause as Error).message, { cause });
  }
}

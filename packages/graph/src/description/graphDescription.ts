import type { Shape } from '@fluxion/tensor';

/**
 * A box as plain data: what it is and its options. It serialises to JSON; the kind names the definition that computes.
 */
export interface BoxDescription {
  readonly kind: string;
  /** Name within the graph; without it `sequential` counts: linear1, tanh1, linear2. */
  readonly name?: string;
  /** Whether the box's parameters stay as they are. Nothing below them is walked backwards on their account. */
  readonly frozen?: boolean;
}

/** A box in its place: the description and the names of its children, which are inputs or other boxes. */
export type PlacedBox = BoxDescription & { readonly children: readonly string[] };

/** An input that is more than numbers: a sequence with a mask, or indices. */
export interface InputOptions {
  /** Shape of one example. */
  readonly shape: Shape;
  /**
   * How many things its indices tell apart: each element is an integer from 0 to one less, or −1 for none. Without it the
   * elements are numbers.
   */
  readonly indices?: number;
  /**
   * Whether it is a sequence, along its first axis, some of whose places are padding. The mask, 1 for what counts and 0 for
   * padding, is given as the input `NAME.mask` [batch, length]; without it every place counts, or, of indices [length],
   * every one that is not −1.
   */
  readonly masked?: boolean;
}

/** An input: the shape of one example, and more where it is not plain numbers. */
export type InputDescription = Shape | InputOptions;

/** The options of an input, however it was written. */
export function inputOptions(input: InputDescription): InputOptions {
  return isShape(input) ? { shape: input } : input;
}

function isShape(input: InputDescription): input is Shape {
  return Array.isArray(input);
}

/**
 * A whole flow graph as plain data. This is what is saved as JSON, drawn, exported and checked.
 *
 * @example
 * const description = {
 *   inputs: { image: [784] },
 *   boxes: {
 *     hidden: { kind: 'linear', units: 100, children: ['image'] },
 *     logits: { kind: 'linear', units: 10, children: ['hidden'] },
 *   },
 *   outputs: ['logits'],
 * };
 * const model = new FlowGraph(description, { definitions: boxes });
 */
export interface GraphDescription {
  /** The shape of one example of each input: `[784]`, or `{ shape: [64], indices: 10000 }` for words by number. */
  readonly inputs: Readonly<Record<string, InputDescription>>;
  readonly boxes: Readonly<Record<string, PlacedBox>>;
  /** Names of the boxes whose values leave the graph, the main one first. */
  readonly outputs: readonly string[];
}

import { type Json, type Shape, type Tensor, tensor } from '@fluxion/tensor';
import type { AttributeValue } from '../write/nodeAttribute.js';
import type { OnnxGraph } from '../write/onnxGraph.js';
import { FLOAT } from './boxWriter.js';

/** Writes the operators that encode one column, or decode one target. */
export class ColumnWriter {
  readonly #graph: OnnxGraph;
  readonly #column: string;

  constructor(graph: OnnxGraph, column: string) {
    this.#graph = graph;
    this.#column = column;
  }

  /** Writes an operator, and answers the name of its value: one of its own, unless it is given. */
  add(
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    output: string = this.#graph.name(`${this.#column}/${type}`),
  ): string {
    this.#graph.node(type, inputs, attributes, [output]);
    return output;
  }

  /** A float64 number, or several. */
  doubles(values: number | readonly number[], shape?: Shape): string {
    const list = typeof values === 'number' ? [values] : values;
    return this.#graph.doubles(`${this.#column}/numbers`, list, shape ?? [list.length]);
  }

  floats(values: readonly number[]): string {
    return this.#graph.floats(`${this.#column}/numbers`, tensor(values));
  }

  ints(...values: readonly number[]): string {
    return this.#graph.ints(`${this.#column}/ints`, values);
  }

  /** The value as float32, which the model takes. */
  asFloats(value: string): string {
    return this.add('Cast', [value], { to: FLOAT });
  }
}

/** An encoding as it was saved: its description, and what has been seen of the column. */
export interface SavedColumn {
  readonly column: string;
  readonly encoding: { readonly kind: string; readonly [option: string]: Json | undefined };
  readonly memory: Readonly<Record<string, Tensor>>;
  /** Numbers that a cell becomes. */
  readonly width: number;
}

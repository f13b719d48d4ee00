import type { Box, BoxDescription, FlowGraph } from '@fluxion/graph';
import { OptionError, type Shape, type Tensor, tensor } from '@fluxion/tensor';
import type { AttributeValue } from '../write/nodeAttribute.js';
import type { OnnxGraph } from '../write/onnxGraph.js';

/** Writes the operators of one box. */
export class BoxWriter<D extends BoxDescription = BoxDescription> {
  readonly description: D;
  /** Shape of one example of the box's value. */
  readonly shape: Shape;
  readonly childShapes: readonly Shape[];
  /** Names of the children's values. */
  readonly children: readonly string[];
  /** Names of the masks [batch, length] of the children that carry one, by their places; float32. */
  readonly masks: readonly (string | undefined)[];
  readonly #graph: OnnxGraph;
  readonly #box: Box;
  readonly #model: FlowGraph;

  constructor(
    graph: OnnxGraph,
    model: FlowGraph,
    box: Box,
    children: readonly string[],
    masks: readonly (string | undefined)[],
  ) {
    this.#graph = graph;
    this.#model = model;
    this.#box = box;
    this.description = box.description as unknown as D;
    this.shape = box.shape;
    this.childShapes = box.childShapes;
    this.children = children;
    this.masks = masks;
  }

  /** The value of the first child. */
  get input(): string {
    return this.children[0] as string;
  }

  /** Shape of one example of the first child. */
  get inputShape(): Shape {
    return this.childShapes[0] as Shape;
  }

  /** Writes an operator, and answers the name of its value. */
  add(
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): string {
    const output = this.#graph.name(`${this.#box.name}/${type}`);
    this.#graph.node(type, inputs, attributes, [output]);
    return output;
  }

  /** Writes an operator of several values, and answers their names. */
  addOutputs(
    count: number,
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): readonly string[] {
    const outputs = Array.from({ length: count }, () => this.#graph.name(`${this.#box.name}/${type}`));
    this.#graph.node(type, inputs, attributes, outputs);
    return outputs;
  }

  /** The values of a parameter or a state, as the model has them. */
  valuesOf(short: string): Tensor {
    const { parameters, states } = this.#box;
    const found = parameters.get(short) ?? states.get(short);
    if (found === undefined) {
      throw new OptionError(
        `exportOnnx box '${this.#box.name}': expected a parameter '${short}', it has ${[...parameters.keys()].join(', ')}`,
      );
    }
    return this.#model.valueOf(found);
  }

  /** A parameter or a state as a constant under its own name, in another arrangement where ONNX wants one. */
  parameter(short: string, values: Tensor = this.valuesOf(short)): string {
    return this.floats(short, values, '.');
  }

  /** Numbers of the box's own. */
  floats(purpose: string, values: Tensor, separator = '/'): string {
    return this.#graph.floats(`${this.#box.name}${separator}${purpose}`, values);
  }

  /** One number. */
  number(value: number): string {
    return this.floats('number', tensor([value], []));
  }

  /** Whole numbers: axes or a shape. */
  ints(...values: readonly number[]): string {
    return this.#graph.ints(`${this.#box.name}/ints`, values);
  }

  /** The value in another shape of one example. */
  reshape(value: string, shape: Shape): string {
    return this.add('Reshape', [value, this.ints(-1, ...shape)]);
  }

  /** The value with its axes in another order; that of the minibatch is 0. */
  transpose(value: string, ...axes: readonly number[]): string {
    return this.add('Transpose', [value], { perm: axes });
  }

  /** The mask as a condition, in the shape of what it stands beside: [batch, ..., length, ...]. */
  condition(mask: string, ...shape: Shape): string {
    return this.add('Cast', [this.reshape(mask, shape)], { to: BOOL });
  }
}

/** Element types by which Cast is told. */
export const FLOAT = 1;
export const INT32 = 6;
export const INT64 = 7;
export const DOUBLE = 11;
const BOOL = 9;

/** How boxes of one kind are written; answers the name of the box's value. */
// biome-ignore lint/suspicious/noExplicitAny: a table holds writers of every kind of description
export type BoxOperators = (box: BoxWriter<any>) => string;

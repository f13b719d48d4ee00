import type { Shape } from '@fluxion/tensor';
import type { Constant } from '../read/constant.js';

/** An axis of length 1 that the box does not have. */
export const UNIT = -1;

/** What an ONNX value is here: the value of an input or a box, whose axes may stand in another order. */
export interface Value {
  readonly isConstant: false;
  /** Name of the input or box. */
  readonly box: string;
  /** Shape of one example, as the box has it. */
  readonly shape: Shape;
  /**
   * For each axis of the ONNX value which axis of the box it is: 0 that of the minibatch, i + 1 axis i of an example, `UNIT`
   * none. So a transpose needs no box: it is another layout.
   */
  readonly layout: readonly number[];
  /** Whether it is an input of indices. */
  readonly isIndex: boolean;
  /** The axis of the box that the ONNX value has joined with that of the minibatch, as heads of attention; usually undefined. */
  readonly joined?: JoinedAxis | undefined;
}

/** An axis that is in one with the minibatch. */
export interface JoinedAxis {
  /** Which axis of the box it is, from 1 on as in a layout. */
  readonly place: number;
  /** Whether it goes around the minibatch, as step · batch + example; else example · steps + step. */
  readonly isOuter: boolean;
}

/** What is known of an ONNX value. */
export type Known = Value | Constant;

/** The lengths of the ONNX value's axes; NaN for the minibatch. */
export function dimsOf(known: Known): Shape {
  if (known.isConstant) return known.shape;
  return known.layout.map((axis) =>
    axis === UNIT ? 1 : axis === 0 ? Number.NaN : (known.shape[axis - 1] as number),
  );
}

/** The place of the minibatch among the axes of the ONNX value. */
export function batchAxisOf({ layout }: Value): number {
  return layout.indexOf(0);
}

/** An axis that may count from the end. @throws {Refusal} when there is none. */
export function axisIn(axis: number, rank: number): number {
  const at = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(at) && at >= 0 && at < rank) return at;
  throw new Refusal(`expected an axis of ${rank}, got ${axis}`);
}

/** A node that boxes cannot express, and why. */
export class Refusal extends Error {
  override name = 'Refusal';
}

/** A length, for errors. */
export function dimText(dim: number): string {
  return Number.isNaN(dim) ? 'batch' : `${dim}`;
}

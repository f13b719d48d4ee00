import {
  arena,
  createKernels,
  type DType,
  type Kernels,
  type KernelsName,
  type Labels,
  type Shape,
  type Tensor,
} from '../src/index.js';
import { type Layout, layOut, layouts } from './layouts.js';
import { type Nested, shapeOf, write } from './nested.js';

/** Kernels of one implementation in one dtype, and what is asked of them. */
export interface KernelsUnderTest {
  readonly name: KernelsName;
  readonly dtype: DType;
  /** Largest error of a result, relative to the larger of 1 and the true value. Whole numbers must be exact. */
  readonly tolerance: number;
  /** How the tensors may lie that it is given. */
  readonly layouts: readonly Layout[];
}

/**
 * The conformance suite's list: every implementation here is run through every worked value, property and extreme of
 * `src/reference/*.test.ts`. An implementation joins by a row of its own.
 */
export const kernelsUnderTest: readonly KernelsUnderTest[] = [
  { name: 'reference', dtype: 'float64', tolerance: 1e-14, layouts },
  { name: 'reference', dtype: 'float32', tolerance: 1e-6, layouts },
  { name: 'wasm', dtype: 'float32', tolerance: 1e-6, layouts: ['row by row'] },
];

/** Kernels on a memory of their own, and tensors in it. */
export interface Workbench {
  readonly kernels: Kernels;
  /** A tensor that holds these numbers. */
  cell(values: Nested, layout?: Layout): Tensor;
  /** A tensor that holds nothing but NaN: what a kernel leaves there is all its own. */
  blank(shape: Shape, layout?: Layout): Tensor;
  labels(classes: readonly number[]): Labels;
}

/** A workbench for the tests of one file. */
export function workbench({ name, dtype }: KernelsUnderTest): Workbench {
  const kernels = createKernels(name, arena(dtype));
  const blank: Workbench['blank'] = (shape, layout = 'row by row') => layOut(kernels.arena, shape, layout);
  return {
    kernels,
    blank,
    cell(values, layout) {
      const tensor = blank(shapeOf(values), layout);
      write(tensor, values);
      return tensor;
    },
    labels(classes) {
      const cell = kernels.arena.labels(classes.length);
      cell.data.set(classes);
      return cell;
    },
  };
}

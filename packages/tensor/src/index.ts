export { type Arena, arena, type SharedMemory } from './arena.js';
export { hasBlas } from './blas/blasLibrary.js';
export { closest } from './closest.js';
export { createKernels } from './createKernels.js';
export { type ElementwiseFunction, type ElementwiseName, elementwise } from './elementwise.js';
export {
  CheckpointError,
  DataError,
  type DataPlace,
  OptionError,
  ShapeError,
  StateError,
} from './errors.js';
export { expectNames } from './expectNames.js';
export type {
  DenseGradient,
  FactoredGradient,
  FactorPair,
  Gradient,
  Penalty,
  RowsGradient,
} from './gradient.js';
export type {
  AdamOptions,
  Kernels,
  KernelsName,
  Measure,
  MomentumOptions,
  Run,
  Sink,
  UpdateRun,
} from './kernels.js';
export type { Term } from './loops/terms.js';
export type { Windows } from './loops/windows.js';
export { philox4x32, type Words4 } from './philox.js';
export { expectSeed, permutation, type Random, random } from './random.js';
export { referenceKernels } from './reference/referenceKernels.js';
export type { Json, ModelEncoder, Saved } from './saved.js';
export {
  expectLengths,
  expectShape,
  formatShape,
  indexAt,
  type Shape,
  sameShape,
  sizeOf,
} from './shape.js';
export {
  type DType,
  elements,
  type Floats,
  isContiguous,
  type Labels,
  labels,
  reshape,
  type Tensor,
  tensor,
} from './tensor.js';

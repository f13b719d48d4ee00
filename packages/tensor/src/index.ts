export { type Arena, arena, type SharedMemory } from './arena.js';
export { hasBlas } from './blas/blasLibrary.js';
export { closest } from './closest.js';
export { type BindKernels, createKernels } from './createKernels.js';
export { type DeferringOptions, deferring } from './deferred/deferring.js';
export type { ElementwiseFunction } from './elementwise/elementwiseFunction.js';
export { type ElementwiseName, elementwise } from './elementwise/named.js';
export {
  CheckpointError,
  DataError,
  type DataPlace,
  OptionError,
  ShapeError,
  StateError,
} from './errors.js';
export { expectNames } from './expectNames.js';
export { expectObject } from './expectObject.js';
export { type Difference, firstDifference } from './firstDifference.js';
export type {
  DenseGradient,
  FactoredGradient,
  FactorPair,
  Gradient,
  Penalty,
  RowsGradient,
} from './gradient.js';
export type { DeferredTensors, DeferredWeight } from './kernels/deferredWeight.js';
export type { Kernels, KernelsName } from './kernels/kernels.js';
export type { Measure, Run, Sink, UpdateRun } from './kernels/run.js';
export type { PlaceMap } from './loops/pictures.js';
export type { Windows } from './loops/windows.js';
export { type LossName, pointwiseLosses } from './losses/named.js';
export type { PointwiseLoss } from './losses/pointwiseLoss.js';
export {
  type LibrarySearch,
  type NativeFunction,
  type NativeLibrary,
  nativeLibrary,
} from './nativeLibrary.js';
export {
  anyNumber,
  epsilonBesideRoot,
  epsilonInsideRoot,
  fraction,
  type NumberOption,
  type Numbers,
  nonnegative,
  numbersOf,
  positive,
} from './numberOption.js';
export { openRegular, type RegularFile, versionOf } from './openRegular.js';
export { philox4x32, type Words4 } from './philox.js';
export { expectSeed, permutation, type Random, random } from './random.js';
export { referenceKernels } from './reference/referenceKernels.js';
export { type RuleName, rules } from './rules/named.js';
export { power } from './rules/power.js';
export type { UpdateRule, Weight } from './rules/updateRule.js';
export type { Json, ModelEncoder, Savable, Saved } from './saved.js';
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

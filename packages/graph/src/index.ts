export type { Penalty as Regularizer } from '@fluxion/tensor';
export type { BackwardCells, BoxCells, Mode, Pass, Runs } from './box/boxCells.js';
export type {
  BoxDefinition,
  BoxDefinitions,
  Initializer,
  MaskRule,
  ParameterDescription,
  StateDescription,
  WorkspaceCell,
} from './box/boxDefinition.js';
export { GradientSink } from './box/gradientSink.js';
export type { Link, Loss, LossBackwardCells, LossCells } from './box/loss.js';
export type { Parameter, ParameterGradient, State } from './box/parameter.js';
export {
  type CheckedElement,
  type CheckedExamples,
  type CheckedParameter,
  type CheckGradientsOptions,
  checkGradients,
  type GradientReport,
} from './checking/checkGradients.js';
export {
  type BoxDescription,
  type GraphDescription,
  type InputDescription,
  type InputOptions,
  inputOptions,
  type PlacedBox,
} from './description/graphDescription.js';
export { topologicalOrder } from './description/topologicalOrder.js';
export type { Box } from './model/buildBox.js';
export type { BuiltGraph } from './model/builtGraph.js';
export { expectModel } from './model/expectModel.js';
export { FlowGraph, type FlowGraphOptions, type PassOptions } from './model/flowGraph.js';
export { type InferredBox, inferShapes } from './model/inferShapes.js';
export { type Losses, noPenalty, type Objective, objective } from './model/objective.js';
export type { Backpropagation } from './pass/backpropagation.js';
export { type Given, given } from './pass/cell.js';
export type { Tape } from './pass/tape.js';

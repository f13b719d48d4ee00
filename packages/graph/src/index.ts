export type { Penalty as Regularizer } from '@fluxion/tensor';
export type { Backpropagation } from './backpropagation.js';
export type {
  BackwardCells,
  BoxCells,
  BoxDefinition,
  BoxDefinitions,
  BoxDescription,
  Initializer,
  ParameterDescription,
  Runs,
} from './box.js';
export type { Box } from './buildBox.js';
export { type Given, given } from './cell.js';
export {
  type CheckedElement,
  type CheckedExamples,
  type CheckedParameter,
  type CheckGradientsOptions,
  checkGradients,
  type GradientReport,
} from './checkGradients.js';
export { expectBoxOptions } from './expectBoxOptions.js';
export { FlowGraph, type FlowGraphOptions } from './flowGraph.js';
export type { GraphDescription, PlacedBox } from './graphDescription.js';
export type { Link } from './link.js';
export type { Loss, LossBackwardCells, LossCells } from './loss.js';
export { type Losses, noPenalty, type Objective, objective } from './objective.js';
export type { Parameter, ParameterGradient } from './parameter.js';
export type { Tape } from './tape.js';
export { topologicalOrder } from './topologicalOrder.js';

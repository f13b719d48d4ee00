import type { DeferredWeight, Gradient, Penalty, Tensor } from '@fluxion/tensor';

/** A tensor that training changes. */
export interface Parameter {
  /** Box and parameter: `linear1.weight`. */
  readonly name: string;
  /** Kind of its box: `linear`. */
  readonly kind: string;
  /** The cell that kernels are bound to. To read the values as they are, ask `FlowGraph.valueOf`. */
  readonly value: Tensor;
  /** Whether regularizers count it. */
  readonly regularized: boolean;
  /** Whether updates leave it as it is. Changed by `FlowGraph.freeze`. */
  readonly frozen: boolean;
  /** Where updates of it may wait, and `value` then is behind. */
  readonly deferred?: DeferredWeight | undefined;
}

/** A tensor that passes in mode `train` change and nothing learns, as the running mean of a batchNorm box. */
export interface State {
  /** Box and state: `batchNorm1.mean`. */
  readonly name: string;
  readonly value: Tensor;
}

/** What a backward pass left for one parameter: ∂loss/∂θ, and the regularizer whose ∇Ω(θ) belongs to it. */
export interface ParameterGradient {
  readonly parameter: Parameter;
  readonly gradient: Gradient;
  readonly penalty: Penalty;
}

import type { FlowGraph, Parameter, ParameterGradient } from '@fluxion/graph';
import type { UpdateRun } from '@fluxion/tensor';
import type { Optimizer, ParameterState } from './optimizer.js';

/** What an optimizer knows of one model: how many updates it has made, and its tensors for each parameter. */
export class OptimizerState {
  readonly optimizer: Optimizer;
  readonly model: FlowGraph;
  /** Updates made so far. */
  step = 0;
  readonly #states = new Map<Parameter, ParameterState>();
  readonly #bound = new WeakMap<readonly ParameterGradient[], readonly UpdateRun[]>();

  /** Made by `optimizerState`. */
  constructor(optimizer: Optimizer, model: FlowGraph) {
    this.optimizer = optimizer;
    this.model = model;
  }

  /** The tensors kept for a parameter, each of its shape, by name. */
  of(parameter: Parameter): ParameterState {
    let state = this.#states.get(parameter);
    if (state === undefined) {
      const { arena } = this.model.kernels;
      state = Object.fromEntries(
        this.optimizer.stateNames.map((name) => [name, arena.tensor(parameter.value.shape)]),
      );
      this.#states.set(parameter, state);
    }
    return state;
  }

  /** One update: θ ← θ + α·Δ for every parameter that has a gradient. */
  update(gradients: readonly ParameterGradient[]): void {
    let runs = this.#bound.get(gradients);
    if (runs === undefined) {
      const { kernels } = this.model;
      runs = gradients.map((gradient) => this.optimizer.bind(kernels, gradient, this.of(gradient.parameter)));
      this.#bound.set(gradients, runs);
    }
    const learningRate = this.optimizer.learningRate(this.step);
    this.step++;
    for (const run of runs) run(learningRate, this.step);
    this.model.markUpdated();
  }
}

const states = new WeakMap<Optimizer, WeakMap<FlowGraph, OptimizerState>>();

/**
 * What this optimizer knows of this model. It is the same however often it is asked for, so training that is begun
 * again with the same optimizer goes on with its momentum and its count of updates.
 */
export function optimizerState(optimizer: Optimizer, model: FlowGraph): OptimizerState {
  let ofModels = states.get(optimizer);
  if (ofModels === undefined) {
    ofModels = new WeakMap();
    states.set(optimizer, ofModels);
  }
  let state = ofModels.get(model);
  if (state === undefined) {
    state = new OptimizerState(optimizer, model);
    ofModels.set(model, state);
  }
  return state;
}

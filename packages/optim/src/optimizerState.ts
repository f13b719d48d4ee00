import type { FlowGraph, Parameter, ParameterGradient } from '@fluxion/graph';
import {
  elements,
  indexAt,
  OptionError,
  type Saved,
  StateError,
  type Tensor,
  tensor,
  type UpdateRun,
} from '@fluxion/tensor';
import { type Optimizer, optimizerOf, type ParameterState } from './optimizer.js';
import { readState } from './readState.js';

/** What is kept of one parameter: the optimizer's tensors, and how often it was updated, a cell of one number. */
interface Kept {
  readonly tensors: ParameterState;
  readonly updates: Float64Array;
}

/** An update that is bound to its tensors, and the count of updates for its learning rate. */
interface BoundUpdate {
  readonly run: UpdateRun;
  readonly updates: Float64Array;
}

/** The updates that share one learning rate. */
interface BoundGroup {
  readonly optimizer: Optimizer;
  readonly bound: readonly BoundUpdate[];
  /** Of the update at hand. */
  learningRate: number;
}

/**
 * What an optimizer knows of one model: how many updates it has made, in all and of each parameter, and its tensors for
 * each parameter.
 */
export class OptimizerState {
  readonly optimizer: Optimizer;
  readonly model: FlowGraph;
  #step = 0;
  readonly #kept = new Map<Parameter, Kept>();
  readonly #bound = new WeakMap<readonly ParameterGradient[], readonly BoundGroup[]>();
  // Usually the list of the update before; a map lookup would show in a small model's step.
  #gradients: readonly ParameterGradient[] | undefined;
  #groups: readonly BoundGroup[] = [];

  /** Made by `optimizerState`. */
  constructor(optimizer: Optimizer, model: FlowGraph) {
    optimizer.expectParameters?.(model.parameters);
    this.optimizer = optimizer;
    this.model = model;
  }

  /** Updates made so far. */
  get step(): number {
    return this.#step;
  }

  /**
   * The tensors kept for a parameter, by name. They are the state's own: the next update changes them. Where updates of the parameter
   * wait, its velocity is behind; `save` has the present one.
   */
  of(parameter: Parameter): ParameterState {
    return this.#keep(parameter).tensors;
  }

  /**
   * Everything needed to go on, including updates that wait, which belong to the model's present values. Tensors are named by
   * parameter, as `linear1.weight.velocity`; `linear1.weight.updates` counts the updates of that parameter, `updates` those of the
   * model, both in float64.
   *
   * @throws {StateError} when a number is not finite: no training could go on from it.
   * @example
   * const optimizer = optimizerState(adam(), model).save();
   * await saveTraining('runs/digits', model, { saved: { optimizer } });
   */
  save(): Saved {
    const { kind, options } = this.optimizer;
    const tensors = new Map<string, Tensor>([['updates', tensor(Float64Array.of(this.#step))]]);
    for (const parameter of this.model.parameters) {
      const kept = this.#kept.get(parameter);
      if (kept === undefined) continue;
      const { name } = parameter;
      tensors.set(`${name}.updates`, tensor(kept.updates.slice()));
      for (const [short, live] of Object.entries(kept.tensors)) {
        const values = elements(parameter.deferred?.settled(live) ?? live).slice();
        tensors.set(`${name}.${short}`, tensor(values, live.shape));
      }
      for (const [short, waiting] of Object.entries(parameter.deferred?.save(kept.tensors.velocity) ?? {})) {
        tensors.set(`${name}.deferred.${short}`, waiting);
      }
    }
    for (const [name, { data, shape }] of tensors) {
      const place = data.findIndex((value) => !Number.isFinite(value));
      if (place !== -1) {
        throw new StateError(
          `optimizer save: '${name}'[${indexAt(place, shape).join(', ')}]: expected finite numbers, got ${data[place]}; training has diverged: go on from what was saved before, at a lower learning rate`,
        );
      }
    }
    return { kind, options, tensors };
  }

  /**
   * Goes on from what was saved, in place of what there is. The learning rate is this optimizer's own, at the number of
   * updates that were made.
   *
   * @throws {OptionError} when it was saved of another kind of optimizer, or under other options; {ShapeError} when of
   *   another model; {CheckpointError} when a number in it cannot be. Nothing is changed then.
   * @example
   * const { model, saved } = await loadTraining('runs/digits', { definitions: boxes });
   * const optimizer = adam();
   * const state = saved.get('optimizer');
   * if (state !== undefined) optimizerState(optimizer, model).restore(state);
   */
  restore(saved: Saved): void {
    const misfit = this.misfit(saved);
    if (misfit !== undefined) {
      throw new OptionError(
        `optimizer restore: ${misfit}; give the optimizer the same options, or start over`,
      );
    }
    const { step, parameters } = readState(saved, this.optimizer, this.model);
    for (const parameter of this.model.parameters) {
      parameter.deferred?.restore(undefined, this.#kept.get(parameter)?.tensors.velocity);
    }
    for (const { tensors, updates } of this.#kept.values()) {
      for (const own of Object.values(tensors)) elements(own).fill(0);
      updates.fill(0);
    }
    for (const { parameter, deferred, ...read } of parameters) {
      const { tensors, updates } = this.#keep(parameter);
      updates[0] = read.updates;
      for (const [short, own] of Object.entries(tensors)) {
        elements(own).set(elements(read.tensors[short] as Tensor));
      }
      if (deferred !== undefined) parameter.deferred?.restore(deferred, tensors.velocity);
    }
    this.#step = step;
  }

  /** What keeps `restore` from going on from this, in words: another kind of optimizer, or other options. */
  misfit(saved: Pick<Saved, 'kind' | 'options'>): string | undefined {
    const [wanted, got] = [describe(saved), describe(this.optimizer)];
    return wanted === got ? undefined : `expected ${wanted}, with which it was saved, got ${got}`;
  }

  /** One update: θ ← θ + α·Δ for every parameter that has a gradient. */
  update(gradients: readonly ParameterGradient[]): void {
    if (gradients !== this.#gradients) {
      this.#gradients = gradients;
      this.#groups = this.#bind(gradients);
    }
    // All of them first: a schedule that throws leaves no group updated.
    for (const group of this.#groups) group.learningRate = group.optimizer.learningRate(this.#step);
    this.#step++;
    for (const { bound, learningRate } of this.#groups) {
      for (const { run, updates } of bound) {
        const count = (updates[0] as number) + 1;
        updates[0] = count;
        run(learningRate, count);
      }
    }
    this.model.markUpdated();
  }

  #bind(gradients: readonly ParameterGradient[]): readonly BoundGroup[] {
    let bound = this.#bound.get(gradients);
    if (bound === undefined) {
      const { kernels } = this.model;
      const groups = new Map<Optimizer, BoundUpdate[]>();
      for (const gradient of gradients) {
        const optimizer = optimizerOf(this.optimizer, gradient.parameter);
        const { tensors, updates } = this.#keep(gradient.parameter);
        const group = groups.get(optimizer) ?? [];
        group.push({ run: optimizer.bind(kernels, gradient, tensors), updates });
        groups.set(optimizer, group);
      }
      bound = [...groups].map(([optimizer, bound]) => ({ optimizer, bound, learningRate: 0 }));
      this.#bound.set(gradients, bound);
    }
    return bound;
  }

  #keep(parameter: Parameter): Kept {
    let kept = this.#kept.get(parameter);
    if (kept === undefined) {
      const { arena } = this.model.kernels;
      const shapes = Object.entries(this.optimizer.stateShapes(parameter));
      const tensors = Object.fromEntries(shapes.map(([name, shape]) => [name, arena.tensor(shape)]));
      // float32, as the arena may be, counts no further than 2²⁴.
      kept = { tensors, updates: new Float64Array(1) };
      this.#kept.set(parameter, kept);
    }
    return kept;
  }
}

const states = new WeakMap<Optimizer, WeakMap<FlowGraph, OptimizerState>>();

/**
 * What this optimizer knows of this model. It is the same however often it is asked for, so training that is begun
 * again with the same optimizer goes on with its momentum and its count of updates.
 *
 * @throws {OptionError} when it is no optimizer.
 */
export function optimizerState(optimizer: Optimizer, model: FlowGraph): OptimizerState {
  let ofModels = states.get(optimizer);
  if (ofModels === undefined) {
    if (typeof optimizer?.learningRate !== 'function') {
      throw new OptionError(
        `optimizer: expected one, got ${typeof optimizer}; give one, as sgd({ learningRate: 0.01 })`,
      );
    }
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

/** `sgd (momentum 0.9, nesterov false)`. */
function describe({ kind, options }: Pick<Saved, 'kind' | 'options'>): string {
  const names = Object.keys(options).sort();
  return names.length === 0
    ? kind
    : `${kind} (${names.map((name) => `${name} ${JSON.stringify(options[name])}`).join(', ')})`;
}

import type { FlowGraph, OptimizerProgress, Parameter, ParameterGradient } from '@fluxion/graph';
import {
  elements,
  formatShape,
  OptionError,
  type Shape,
  ShapeError,
  sameShape,
  type Tensor,
  type UpdateRun,
} from '@fluxion/tensor';
import type { Optimizer, ParameterState } from './optimizer.js';

/**
 * What an optimizer knows of one model: how many updates it has made, and its tensors for each parameter. A checkpoint
 * takes it as it is; `restore` takes up what was saved.
 */
export class OptimizerState implements OptimizerProgress {
  readonly optimizer: Optimizer;
  readonly model: FlowGraph;
  #step = 0;
  readonly #states = new Map<Parameter, ParameterState>();
  readonly #bound = new WeakMap<readonly ParameterGradient[], readonly UpdateRun[]>();
  // Those of the last update: as a rule the next one's, and a look into a map is dear beside a small model's step.
  #gradients: readonly ParameterGradient[] | undefined;
  #runs: readonly UpdateRun[] = [];

  /** Made by `optimizerState`. */
  constructor(optimizer: Optimizer, model: FlowGraph) {
    this.optimizer = optimizer;
    this.model = model;
  }

  get kind(): string {
    return this.optimizer.kind;
  }

  get options(): Readonly<Record<string, number | boolean>> {
    return this.optimizer.options;
  }

  /** Updates made so far. */
  get step(): number {
    return this.#step;
  }

  /** All tensors kept, by parameter and name. They are the state's own: the next update changes them. */
  get tensors(): ReadonlyMap<string, Tensor> {
    return new Map(
      [...this.#states].flatMap(([{ name }, state]) =>
        Object.entries(state).map(([short, tensor]) => [`${name}.${short}`, tensor] as const),
      ),
    );
  }

  /** The tensors kept for a parameter, by name. */
  of(parameter: Parameter): ParameterState {
    let state = this.#states.get(parameter);
    if (state === undefined) {
      const { arena } = this.model.kernels;
      const shapes = Object.entries(this.optimizer.stateShapes(parameter));
      state = Object.fromEntries(shapes.map(([name, shape]) => [name, arena.tensor(shape)]));
      this.#states.set(parameter, state);
    }
    return state;
  }

  /**
   * Goes on from what was saved, in place of what there is. The learning rate is this optimizer's own, at the number of
   * updates that were made.
   *
   * @throws {OptionError} when it was saved of another kind of optimizer, or under other options; {ShapeError} when of
   *   another model. Nothing is changed then.
   * @example
   * const { model, optimizer: saved } = await loadTraining('runs/digits', { definitions: boxes });
   * const optimizer = adam();
   * if (saved !== undefined) optimizerState(optimizer, model).restore(saved);
   */
  restore(saved: OptimizerProgress): void {
    const misfit = this.misfit(saved);
    if (misfit !== undefined) {
      throw new OptionError(
        `optimizer restore: ${misfit}; give the optimizer the same options, or begin anew`,
      );
    }
    const places = this.#places();
    for (const [name, tensor] of saved.tensors) {
      const place = places.get(name);
      if (place === undefined || !sameShape(place.shape, tensor.shape)) {
        throw new ShapeError(
          `optimizer restore: expected tensors of the model's parameters, got '${name}' ${formatShape(tensor.shape)}; give the model that it was saved with`,
        );
      }
    }
    for (const [name, tensor] of this.tensors) if (!saved.tensors.has(name)) elements(tensor).fill(0);
    for (const [name, tensor] of saved.tensors) {
      const { parameter, short } = places.get(name) as Place;
      elements(this.of(parameter)[short] as Tensor).set(elements(tensor));
    }
    this.#step = saved.step;
  }

  /** What keeps `restore` from taking this up, in words: another kind of optimizer, or other options. */
  misfit(saved: OptimizerProgress): string | undefined {
    const [wanted, got] = [wordsFor(saved), wordsFor(this)];
    return wanted === got ? undefined : `expected ${wanted}, with which it was saved, got ${got}`;
  }

  /** One update: θ ← θ + α·Δ for every parameter that has a gradient. */
  update(gradients: readonly ParameterGradient[]): void {
    if (gradients !== this.#gradients) {
      this.#gradients = gradients;
      this.#runs = this.#bind(gradients);
    }
    const learningRate = this.optimizer.learningRate(this.#step);
    this.#step++;
    for (const run of this.#runs) run(learningRate, this.#step);
    this.model.markUpdated();
  }

  #bind(gradients: readonly ParameterGradient[]): readonly UpdateRun[] {
    let runs = this.#bound.get(gradients);
    if (runs === undefined) {
      const { kernels } = this.model;
      runs = gradients.map((gradient) => this.optimizer.bind(kernels, gradient, this.of(gradient.parameter)));
      this.#bound.set(gradients, runs);
    }
    return runs;
  }

  /** Where each tensor belongs that there can be, by its name. */
  #places(): ReadonlyMap<string, Place> {
    return new Map(
      this.model.parameters.flatMap((parameter) =>
        Object.entries(this.optimizer.stateShapes(parameter)).map(
          ([short, shape]) => [`${parameter.name}.${short}`, { parameter, short, shape }] as const,
        ),
      ),
    );
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

/** Where a tensor belongs. */
interface Place {
  readonly parameter: Parameter;
  readonly short: string;
  readonly shape: Shape;
}

/** `sgd (momentum 0.9, nesterov false)`. */
function wordsFor({ kind, options }: OptimizerProgress): string {
  const names = Object.keys(options).sort();
  return names.length === 0
    ? kind
    : `${kind} (${names.map((name) => `${name} ${options[name]}`).join(', ')})`;
}

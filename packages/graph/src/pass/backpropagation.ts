import type { Run, Sink, Tensor } from '@fluxion/tensor';
import { present } from '../box/boxCells.js';
import { GradientSink } from '../box/gradientSink.js';
import type { Parameter, ParameterGradient } from '../box/parameter.js';
import type { Box } from '../model/buildBox.js';
import { type LossesByOutput, type Objective, penaltyOf } from '../model/objective.js';
import type { Given } from './cell.js';
import type { LossEvaluation } from './lossEvaluation.js';
import type { PassCells } from './passCells.js';

/**
 * A pass's way back from some losses: these, then the boxes whose bprop some parameter needs, in the reverse of the order
 * of fprop. Bound once, and again after a `freeze`; each run computes all of it, for one objective of these losses.
 *
 * @see Larochelle, "Training neural networks – backpropagation", slide "backpropagation algorithm".
 */
export class Backpropagation {
  readonly #pass: PassCells;
  readonly #losses: LossesByOutput;
  readonly #evaluation: LossEvaluation;
  /** Cells of ∂loss/∂value and of the dense gradients. They stay when the kernels are bound again. */
  readonly #dOutputs = new Map<string, Tensor>();
  readonly #dense = new Map<Parameter, Tensor>();
  #bound: Bound;
  #objective: Objective | undefined;
  #gradients: readonly ParameterGradient[] = [];
  #loss = Number.NaN;

  /** Made by `PassMemory.backpropagation`. */
  constructor(pass: PassCells, losses: LossesByOutput, evaluation: LossEvaluation) {
    this.#pass = pass;
    this.#losses = losses;
    this.#evaluation = evaluation;
    this.#bound = this.#bind();
  }

  /**
   * What each parameter that is not frozen gets. The array is the same for every pass in this memory for one objective,
   * until a `freeze`.
   */
  get gradients(): readonly ParameterGradient[] {
    return this.#gradients;
  }

  /** Names of the boxes whose bprop runs, in that order. */
  get order(): readonly string[] {
    return this.#bound.order;
  }

  /** The mean loss over the minibatch, summed over the outputs; without Ω. */
  get loss(): number {
    return this.#loss;
  }

  /** Called by `Tape.bprop`. */
  run(objective: Objective, targets: Given, weights?: Tensor): void {
    if (this.#bound.learning !== this.#pass.model.learning) {
      this.#bound = this.#bind();
      this.#objective = undefined;
    }
    if (objective !== this.#objective) {
      this.#objective = objective;
      this.#gradients = gradientsUnder(objective, this.#bound);
    }
    this.#loss = this.#evaluation.run(targets, weights);
    for (const run of this.#bound.runs) run();
  }

  #bind(): Bound {
    const { model } = this.#pass;
    const { learning } = model;
    const reached = new Set<string>();
    /** Boxes that pass nothing on where their value is 0. */
    const silent = new Set(
      model.boxes.filter(({ definition }) => definition.passesNothingAtZero).map(({ name }) => name),
    );
    /** The cell of ∂loss/∂value: whoever comes first overwrites, those after add. */
    const sinkOf = (name: string): Sink => {
      const beta = reached.has(name) ? 1 : 0;
      reached.add(name);
      const where = silent.has(name) ? this.#pass.value(name) : undefined;
      return { tensor: this.#dOutput(name), beta, where };
    };

    const wanted = boxesAboveParameters(model.boxes);
    const runs: Run[] = [];
    for (const output of this.#losses.keys()) {
      const loss = this.#evaluation.of(output);
      // The losses come before all boxes: each is the first to reach its output's gradient.
      if (loss !== undefined && wanted.has(output)) runs.push(...loss.bprop(sinkOf(output).tensor));
    }

    const order: string[] = [];
    const gradients: Omit<ParameterGradient, 'penalty'>[] = [];
    for (const box of model.boxes.toReversed()) {
      if (!reached.has(box.name)) continue;
      order.push(box.name);
      const sinks = this.#gradientSinks(box);
      runs.push(
        ...present(
          box.definition.bprop({
            ...this.#pass.cellsOf(box),
            dOutput: this.#dOutput(box.name),
            dInputs: box.description.children.map((child) => (wanted.has(child) ? sinkOf(child) : undefined)),
            gradients: Object.fromEntries(sinks.map(({ short, sink }) => [short, sink])),
          }),
        ),
      );
      for (const { parameter, sink } of sinks) gradients.push({ parameter, gradient: sink.gradient });
    }
    return { learning, runs, order, gradients, ofObjective: new Map() };
  }

  #dOutput(name: string): Tensor {
    const { shape } = this.#pass.value(name);
    return cellOf(this.#dOutputs, name, () => this.#pass.cells.tensor(shape));
  }

  /** Where the gradients of the box's parameters that learn go. */
  #gradientSinks(box: Box): readonly { short: string; parameter: Parameter; sink: GradientSink }[] {
    return [...box.parameters].flatMap(([short, parameter]) => {
      if (parameter.frozen) return [];
      const cell = (): Tensor =>
        cellOf(this.#dense, parameter, () => this.#pass.cells.tensor(parameter.value.shape));
      return [{ short, parameter, sink: new GradientSink(parameter.name, parameter.value.shape, cell) }];
    });
  }
}

/** What is bound while the same parameters learn. */
interface Bound {
  readonly learning: readonly Parameter[];
  readonly runs: readonly Run[];
  readonly order: readonly string[];
  readonly gradients: readonly Omit<ParameterGradient, 'penalty'>[];
  /** The gradients with what regularizes them. */
  readonly ofObjective: Map<Objective, readonly ParameterGradient[]>;
}

function gradientsUnder(
  objective: Objective,
  { gradients, ofObjective }: Bound,
): readonly ParameterGradient[] {
  let found = ofObjective.get(objective);
  if (found === undefined) {
    found = gradients.map((gradient) => ({ ...gradient, penalty: penaltyOf(objective, gradient.parameter) }));
    ofObjective.set(objective, found);
  }
  return found;
}

function cellOf<K>(cells: Map<K, Tensor>, key: K, make: () => Tensor): Tensor {
  const cell = cells.get(key) ?? make();
  cells.set(key, cell);
  return cell;
}

/** Names of the boxes with a parameter that learns in them or below them. */
function boxesAboveParameters(boxes: readonly Box[]): ReadonlySet<string> {
  const wanted = new Set<string>();
  for (const { name, description, parameters } of boxes) {
    const learns = [...parameters.values()].some(({ frozen }) => !frozen);
    if (learns || description.children.some((child) => wanted.has(child))) wanted.add(name);
  }
  return wanted;
}

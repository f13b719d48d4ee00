import type { Gradient, Run, Sink, Tensor } from '@fluxion/tensor';
import { present } from './box.js';
import type { Box } from './buildBox.js';
import type { Given } from './cell.js';
import type { LossEvaluation } from './lossEvaluation.js';
import { type LossesByOutput, type Objective, penaltyOf } from './objective.js';
import type { Parameter, ParameterGradient } from './parameter.js';
import type { PassMemory } from './passMemory.js';

/**
 * A pass's way back from some losses: these, then the boxes whose bprop some parameter needs, in the reverse of the order
 * of fprop. Bound once, and again after a `freeze`; each run computes anew, for one objective of these losses.
 *
 * @see Larochelle, "Training neural networks – backpropagation", slide "backpropagation algorithm".
 */
export class Backpropagation {
  readonly #memory: PassMemory;
  readonly #losses: LossesByOutput;
  readonly #evaluation: LossEvaluation;
  /** Cells of ∂loss/∂value and of the dense gradients. They stay when the kernels are bound anew. */
  readonly #dOutputs = new Map<string, Tensor>();
  readonly #dense = new Map<Parameter, Tensor>();
  #bound: Bound;
  #objective: Objective | undefined;
  #gradients: readonly ParameterGradient[] = [];
  #loss = Number.NaN;

  /** Made by `PassMemory.backpropagation`. */
  constructor(memory: PassMemory, losses: LossesByOutput) {
    this.#memory = memory;
    this.#losses = losses;
    this.#evaluation = memory.evaluation(losses);
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
  run(objective: Objective, targets: Given): void {
    if (this.#bound.learning !== this.#memory.model.learning) {
      this.#bound = this.#bind();
      this.#objective = undefined;
    }
    if (objective !== this.#objective) {
      this.#objective = objective;
      this.#gradients = gradientsUnder(objective, this.#bound);
    }
    this.#loss = this.#evaluation.run(targets);
    for (const run of this.#bound.runs) run();
  }

  #bind(): Bound {
    const { model, batchSize } = this.#memory;
    const { learning } = model;
    const reached = new Set<string>();
    /** The cell of ∂loss/∂value: whoever comes first overwrites, those after add. */
    const sinkOf = (name: string): Sink => {
      const beta = reached.has(name) ? 1 : 0;
      reached.add(name);
      return { tensor: this.#dOutput(name), beta };
    };

    const wanted = boxesAboveParameters(model.boxes);
    const runs: Run[] = [];
    for (const [output, loss] of this.#losses) {
      const cells = this.#evaluation.cells.get(output);
      if (cells === undefined || !wanted.has(output)) continue;
      runs.push(...present(loss.bprop({ ...cells, dOutput: sinkOf(output), factor: 1 / batchSize })));
    }

    const order: string[] = [];
    const gradients: Omit<ParameterGradient, 'penalty'>[] = [];
    for (const box of model.boxes.toReversed()) {
      if (!reached.has(box.name)) continue;
      order.push(box.name);
      const dOutput = this.#dOutput(box.name);
      const cells = this.#memory.cellsOf(box);
      const own = this.#gradientCells(box, cells.inputs, dOutput);
      for (const [short, gradient] of own) {
        const parameter = box.parameters.get(short) as Parameter;
        gradients.push({ parameter, gradient });
      }
      const dense = [...own].flatMap(([short, gradient]) =>
        gradient.form === 'dense' ? [[short, { tensor: gradient.tensor, beta: 0 }] as const] : [],
      );
      runs.push(
        ...present(
          box.definition.bprop({
            ...cells,
            dOutput,
            dInputs: box.description.children.map((child) => (wanted.has(child) ? sinkOf(child) : undefined)),
            gradients: Object.fromEntries(dense),
          }),
        ),
      );
    }
    return { learning, runs, order, gradients, ofObjective: new Map() };
  }

  #dOutput(name: string): Tensor {
    const shape = (this.#memory.values.get(name) as Tensor).shape;
    return cellOf(this.#dOutputs, name, () => this.#memory.cells.tensor(shape));
  }

  /** The gradient of each parameter of the box that learns, in the form that the box declares. */
  #gradientCells(box: Box, inputs: readonly Tensor[], dOutput: Tensor): ReadonlyMap<string, Gradient> {
    const { cells: from } = this.#memory;
    const cells = new Map<string, Gradient>();
    for (const [short, parameter] of box.parameters) {
      if (parameter.frozen) continue;
      cells.set(
        short,
        parameter.gradient === 'factored'
          ? { form: 'factored', pairs: [{ input: inputs[0] as Tensor, dOutput }] }
          : {
              form: 'dense',
              tensor: cellOf(this.#dense, parameter, () => from.tensor(parameter.value.shape)),
            },
      );
    }
    return cells;
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

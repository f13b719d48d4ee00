import type { Gradient, Run, Sink, Tensor } from '@fluxion/tensor';
import { present } from './box.js';
import type { Given } from './cell.js';
import type { Box } from './flowGraph.js';
import type { LossEvaluation } from './lossEvaluation.js';
import { type Objective, penaltyOf } from './objective.js';
import type { Parameter, ParameterGradient } from './parameter.js';
import type { Tape } from './tape.js';

/**
 * A tape's way back for one objective: the losses, then the boxes whose bprop some parameter needs, in the reverse of
 * the order of fprop. Bound once; each run computes anew.
 *
 * @see Larochelle, "Training neural networks – backpropagation", slide "backpropagation algorithm".
 */
export class Backpropagation {
  /** What each parameter that is not frozen gets. The array is the same for every pass on this tape. */
  readonly gradients: readonly ParameterGradient[];
  /** Names of the boxes whose bprop runs, in that order. */
  readonly order: readonly string[];
  readonly #evaluation: LossEvaluation;
  readonly #runs: readonly Run[];
  #loss = Number.NaN;

  /** Made by `Tape.bprop`. */
  constructor(tape: Tape, objective: Objective, evaluation: LossEvaluation) {
    const { model, values } = tape;
    const { kernels } = model;
    const dOutputs = new Map<string, Tensor>();
    /** The cell of ∂loss/∂value: whoever comes first overwrites, those after add. */
    const sinkOf = (name: string): Sink => {
      const known = dOutputs.get(name);
      if (known !== undefined) return { tensor: known, beta: 1 };
      const tensor = kernels.arena.tensor((values.get(name) as Tensor).shape);
      dOutputs.set(name, tensor);
      return { tensor, beta: 0 };
    };

    const wanted = boxesAboveParameters(model.boxes);
    const runs: Run[] = [];
    for (const [output, loss] of objective.losses) {
      const cells = evaluation.cells.get(output);
      if (cells === undefined || !wanted.has(output)) continue;
      runs.push(...present(loss.bprop({ ...cells, dOutput: sinkOf(output), factor: 1 / tape.batchSize })));
    }

    const order: string[] = [];
    const gradients: ParameterGradient[] = [];
    for (const box of model.boxes.toReversed()) {
      const dOutput = dOutputs.get(box.name);
      if (dOutput === undefined) continue;
      order.push(box.name);
      const cells = tape.cellsOf(box);
      const own = gradientCells(box, cells.inputs, dOutput, tape);
      for (const [short, gradient] of own) {
        const parameter = box.parameters.get(short) as Parameter;
        gradients.push({ parameter, gradient, penalty: penaltyOf(objective, parameter) });
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
    this.#evaluation = evaluation;
    this.#runs = runs;
    this.order = order;
    this.gradients = gradients;
  }

  /** The mean loss over the minibatch, summed over the outputs; without Ω. */
  get loss(): number {
    return this.#loss;
  }

  /** Called by `Tape.bprop`. */
  run(targets: Given): void {
    this.#loss = this.#evaluation.run(targets);
    for (const run of this.#runs) run();
  }
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

/** The gradient of each parameter of the box that learns, in the form that the box declares. */
function gradientCells(
  box: Box,
  inputs: readonly Tensor[],
  dOutput: Tensor,
  { model }: Tape,
): ReadonlyMap<string, Gradient> {
  const cells = new Map<string, Gradient>();
  for (const [short, { value, frozen, gradient }] of box.parameters) {
    if (frozen) continue;
    cells.set(
      short,
      gradient === 'factored'
        ? { form: 'factored', input: inputs[0] as Tensor, dOutput }
        : { form: 'dense', tensor: model.kernels.arena.tensor(value.shape) },
    );
  }
  return cells;
}

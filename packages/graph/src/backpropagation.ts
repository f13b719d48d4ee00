import type { Gradient, Labels, Measure, Run, Sink, Tensor } from '@fluxion/tensor';
import { present } from './box.js';
import { type Cell, given, writeCell } from './cell.js';
import type { Box } from './flowGraph.js';
import type { Loss } from './loss.js';
import { type Objective, penaltyOf } from './objective.js';
import type { ParameterGradient } from './parameter.js';
import type { Tape } from './tape.js';

/**
 * A tape's way back for one objective: the losses, then the boxes whose bprop some parameter needs, in the reverse of
 * the order of fprop. Bound once; each `run` computes anew.
 *
 * @see Larochelle, "Training neural networks – backpropagation", slide "backpropagation algorithm".
 */
export class Backpropagation {
  readonly tape: Tape;
  /** Per-example losses [batch], by output. */
  readonly losses: ReadonlyMap<string, Tensor>;
  /** What each parameter that is not frozen gets. The array is the same for every pass on this tape. */
  readonly gradients: readonly ParameterGradient[];
  /** Names of the boxes whose bprop runs, in that order. */
  readonly order: readonly string[];
  readonly #targets: readonly Cell[];
  readonly #runs: readonly Run[];
  readonly #means: readonly Measure[];
  #loss = Number.NaN;

  /** Made by `Tape.bprop`. */
  constructor(tape: Tape, objective: Objective) {
    this.tape = tape;
    const { kernels } = tape.model;
    const { arena } = kernels;
    const { batchSize } = tape;
    const runs: Run[] = [];
    const losses = new Map<string, Tensor>();

    const dOutputs = new Map<string, Tensor>();
    /** The cell of ∂loss/∂value: whoever comes first overwrites, those after add. */
    const sinkOf = (name: string): Sink => {
      const known = dOutputs.get(name);
      if (known !== undefined) return { tensor: known, beta: 1 };
      const tensor = arena.tensor((tape.values.get(name) as Tensor).shape);
      dOutputs.set(name, tensor);
      return { tensor, beta: 0 };
    };

    const cellsOfTargets: Cell[] = [];
    const wanted = boxesAboveParameters(tape.model.boxes);
    for (const [output, loss] of objective.losses) {
      const value = tape.value(output);
      const targets = loss.targets === 'labels' ? arena.labels(batchSize) : arena.tensor(value.shape);
      cellsOfTargets.push({ name: output, tensor: targets, where: 'bprop targets of' });
      const cells = {
        kernels,
        output: value,
        targets: targets as Tensor & Labels,
        losses: arena.tensor([batchSize]),
        workspace: workspaceOf(loss, value, tape),
      };
      losses.set(output, cells.losses);
      runs.push(...present(loss.fprop(cells)));
      if (wanted.has(output)) {
        runs.push(...present(loss.bprop({ ...cells, dOutput: sinkOf(output), factor: 1 / batchSize })));
      }
    }

    const order: string[] = [];
    const gradients: ParameterGradient[] = [];
    for (const box of tape.model.boxes.toReversed()) {
      const dOutput = dOutputs.get(box.name);
      if (dOutput === undefined) continue;
      order.push(box.name);
      const inputs = box.description.children.map((child) => tape.values.get(child) as Tensor);
      const own = gradientCells(box, inputs, dOutput, tape);
      for (const [short, gradient] of own) {
        const parameter = box.parameters.get(short) as ParameterGradient['parameter'];
        gradients.push({ parameter, gradient, penalty: penaltyOf(objective, parameter) });
      }
      runs.push(
        ...present(
          box.definition.bprop({
            kernels,
            description: box.description,
            inputs,
            output: tape.values.get(box.name) as Tensor,
            parameters: Object.fromEntries([...box.parameters].map(([short, { value }]) => [short, value])),
            workspace: tape.workspaces.get(box.name) ?? {},
            dOutput,
            dInputs: box.description.children.map((child) => (wanted.has(child) ? sinkOf(child) : undefined)),
            gradients: Object.fromEntries(
              [...own].flatMap(([short, g]) =>
                g.form === 'dense' ? [[short, { tensor: g.tensor, beta: 0 }]] : [],
              ),
            ),
          }),
        ),
      );
    }
    this.#targets = cellsOfTargets;
    this.losses = losses;
    this.order = order;
    this.gradients = gradients;
    this.#runs = runs;
    this.#means = [...losses.values()].map((perExample) => kernels.mean(perExample));
  }

  /** The mean loss over the minibatch, summed over the outputs; without Ω. */
  get loss(): number {
    return this.#loss;
  }

  /** Called by `Tape.bprop`. */
  run(targets: Readonly<Record<string, Tensor | Labels>>): void {
    for (const cell of this.#targets) writeCell(cell, given(targets, cell, this.#targets));
    for (const run of this.#runs) run();
    this.#loss = 0;
    for (const mean of this.#means) this.#loss += mean();
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
  const declared = box.definition.parameters?.(box.description, box.childShapes) ?? {};
  const cells = new Map<string, Gradient>();
  for (const [short, { value, frozen }] of box.parameters) {
    if (frozen) continue;
    cells.set(
      short,
      declared[short]?.gradient === 'factored'
        ? { form: 'factored', input: inputs[0] as Tensor, dOutput }
        : { form: 'dense', tensor: model.kernels.arena.tensor(value.shape) },
    );
  }
  return cells;
}

function workspaceOf(loss: Loss, output: Tensor, { model, batchSize }: Tape): Record<string, Tensor> {
  const shapes = loss.workspace?.(output.shape.slice(1)) ?? {};
  return Object.fromEntries(
    Object.entries(shapes).map(([cell, shape]) => [cell, model.kernels.arena.tensor([batchSize, ...shape])]),
  );
}

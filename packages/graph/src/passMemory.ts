import { OptionError, type Run, type Tensor } from '@fluxion/tensor';
import { Backpropagation } from './backpropagation.js';
import { type BoxCells, present } from './box.js';
import type { Box } from './buildBox.js';
import { Cell, type Given } from './cell.js';
import type { FlowGraph } from './flowGraph.js';
import type { Cells } from './lane.js';
import { type Link, LinkedOutput } from './link.js';
import { LossEvaluation } from './lossEvaluation.js';
import type { LossesByOutput } from './objective.js';

/**
 * The cells that a pass over so many examples computes in, and the kernels bound to them. A lane lends it to one pass
 * after another, so nothing is allocated for an example.
 */
export class PassMemory {
  readonly model: FlowGraph;
  readonly batchSize: number;
  /** Value by the name of the input or box, each [batch, ...shape]. */
  readonly values: ReadonlyMap<string, Tensor>;
  /** Where the losses and the way back get their cells. */
  readonly cells: Cells;
  /** Says that the pass is over. */
  readonly giveBack: () => void;
  readonly #cells = new Map<Box, BoxCells>();
  readonly #inputs: readonly Cell[];
  readonly #runs: readonly Run[];
  readonly #evaluations = new Map<LossesByOutput, LossEvaluation>();
  readonly #backpropagations = new Map<LossesByOutput, Backpropagation>();
  readonly #links = new Map<Link, LinkedOutput>();

  /** Made by `Lane.memory`. */
  constructor(model: FlowGraph, batchSize: number, cells: Cells, giveBack: () => void) {
    this.model = model;
    this.batchSize = batchSize;
    this.cells = cells;
    this.giveBack = giveBack;
    const { kernels } = model;
    const cell = (shape: readonly number[]): Tensor => cells.tensor([batchSize, ...shape]);

    const values = new Map(Object.entries(model.inputs).map(([name, shape]) => [name, cell(shape)]));
    this.#inputs = [...values].map(
      ([name, tensor]) => new Cell(name, `fprop input '${name}'`, tensor, 'give it that shape'),
    );
    for (const box of model.boxes) {
      const { name, definition, description, shape, parameters } = box;
      const workspace = Object.entries(definition.workspace?.(description, shape) ?? {});
      const output = cell(shape);
      values.set(name, output);
      this.#cells.set(box, {
        kernels,
        description,
        inputs: description.children.map((child) => values.get(child) as Tensor),
        output,
        parameters: Object.fromEntries([...parameters].map(([short, { value }]) => [short, value])),
        workspace: Object.fromEntries(workspace.map(([name, shape]) => [name, cell(shape)])),
      });
    }
    this.values = values;
    this.#runs = [...this.#cells].flatMap(([{ definition }, cells]) => present(definition.fprop(cells)));
  }

  /** @throws {OptionError} when there is no input or box of that name. */
  value(name: string): Tensor {
    const value = this.values.get(name);
    if (value === undefined) {
      throw new OptionError(
        `tape value: expected one of ${[...this.values.keys()].join(', ')}, got '${name}'; name one of these`,
      );
    }
    return value;
  }

  /** What a box's kernels are bound to. */
  cellsOf(box: Box): BoxCells {
    return this.#cells.get(box) as BoxCells;
  }

  /** The value of every box. */
  fprop(inputs: Given): void {
    for (const cell of this.#inputs) cell.fill(inputs, this.#inputs);
    for (const run of this.#runs) run();
  }

  /** The losses of an objective, bound once whatever Ω is. */
  evaluation(losses: LossesByOutput): LossEvaluation {
    let evaluation = this.#evaluations.get(losses);
    if (evaluation === undefined) {
      evaluation = new LossEvaluation(this, losses);
      this.#evaluations.set(losses, evaluation);
    }
    return evaluation;
  }

  /** The way back from the losses of an objective, bound once whatever Ω is. */
  backpropagation(losses: LossesByOutput): Backpropagation {
    let backpropagation = this.#backpropagations.get(losses);
    if (backpropagation === undefined) {
      backpropagation = new Backpropagation(this, losses);
      this.#backpropagations.set(losses, backpropagation);
    }
    return backpropagation;
  }

  /** The main output under a link, bound once. */
  linked(link: Link): LinkedOutput {
    let linked = this.#links.get(link);
    if (linked === undefined) {
      linked = new LinkedOutput(this, link);
      this.#links.set(link, linked);
    }
    return linked;
  }
}

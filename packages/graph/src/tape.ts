import { OptionError, type Run, StateError, type Tensor } from '@fluxion/tensor';
import { Backpropagation } from './backpropagation.js';
import { type BoxCells, present } from './box.js';
import { type Cell, type Given, given, writeCell } from './cell.js';
import type { Box, FlowGraph } from './flowGraph.js';
import { LossEvaluation } from './lossEvaluation.js';
import type { Objective } from './objective.js';

/**
 * One pass through the graph: the value of every box on one minibatch, and what leads back. The graph owns its tapes
 * and uses each again, so nothing is allocated for an example; the tensors read from one are good until `release`.
 */
export class Tape {
  readonly model: FlowGraph;
  readonly batchSize: number;
  /** Value by the name of the input or box, each [batch, ...shape]. */
  readonly values: ReadonlyMap<string, Tensor>;
  readonly #cells = new Map<Box, BoxCells>();
  readonly #inputs: readonly Cell[];
  readonly #runs: readonly Run[];
  readonly #giveBack: (tape: Tape) => void;
  readonly #evaluations = new Map<Objective, LossEvaluation>();
  readonly #backpropagations = new Map<Objective, Backpropagation>();
  #inFlight = false;
  #version = 0;

  /** Made by `FlowGraph.fprop`. */
  constructor(model: FlowGraph, batchSize: number, giveBack: (tape: Tape) => void) {
    this.model = model;
    this.batchSize = batchSize;
    this.#giveBack = giveBack;
    const { kernels } = model;
    const cell = (shape: readonly number[]): Tensor => kernels.arena.tensor([batchSize, ...shape]);

    const values = new Map(Object.entries(model.inputs).map(([name, shape]) => [name, cell(shape)]));
    this.#inputs = [...values].map(([name, tensor]) => ({ name, tensor, where: `fprop input '${name}'` }));
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

  /** The main output, [batch, ...shape]. */
  get output(): Tensor {
    return this.value(this.model.outputs[0] as string);
  }

  /**
   * The value of an input or a box, [batch, ...shape].
   *
   * @throws {OptionError} when there is none of that name.
   */
  value(name: string): Tensor {
    const value = this.values.get(name);
    if (value === undefined) {
      throw new OptionError(
        `tape value: expected one of ${[...this.values.keys()].join(', ')}, got '${name}'; name one of these`,
      );
    }
    return value;
  }

  /** What a box's kernels are bound to on this tape. */
  cellsOf(box: Box): BoxCells {
    return this.#cells.get(box) as BoxCells;
  }

  /** Called by `FlowGraph.fprop`. */
  fprop(inputs: Given): void {
    this.#inFlight = true;
    this.#version = this.model.version;
    for (const cell of this.#inputs) writeCell(cell, given(inputs, cell, this.#inputs));
    for (const run of this.#runs) run();
  }

  /**
   * The mean loss over the minibatch, summed over the outputs; without Ω.
   *
   * @param targets by output: labels [batch] or values [batch, ...shape]; where there is one loss, under any name
   * @throws {StateError} when the tape has been released; {ShapeError} when the targets' shape does not fit;
   *   {DataError} on a label that is no class.
   */
  loss(objective: Objective, targets: Given): number {
    return this.#evaluation(objective).run(targets);
  }

  /**
   * Backpropagation: the loss against the targets, and the gradient of every parameter below it that is not frozen, box
   * by box in the reverse order of fprop and only as far as the parameters. A parameter below no loss gets none.
   *
   * @param targets as `loss` takes them
   * @throws {StateError} when the parameters have been updated since the fprop, or the tape has been released.
   * @throws {ShapeError} when the targets' shape does not fit; {DataError} on a label that is no class.
   */
  bprop(objective: Objective, targets: Given): Backpropagation {
    if (this.#version !== this.model.version) {
      throw new StateError(
        `bprop: expected the parameters of its fprop, they have been updated ${this.model.version - this.#version} times since; update after each bprop, or accumulate() passes between`,
      );
    }
    const evaluation = this.#evaluation(objective);
    let backpropagation = this.#backpropagations.get(objective);
    if (backpropagation === undefined) {
      backpropagation = new Backpropagation(this, objective, evaluation);
      this.#backpropagations.set(objective, backpropagation);
    }
    backpropagation.run(targets);
    return backpropagation;
  }

  /** Gives the tape back to the graph, which will write over its values. Again is no error. */
  release(): void {
    if (!this.#inFlight) return;
    this.#inFlight = false;
    this.#giveBack(this);
  }

  #evaluation(objective: Objective): LossEvaluation {
    if (!this.#inFlight) {
      throw new StateError(
        'tape: expected a pass in flight, got a released one; call bprop and loss before release()',
      );
    }
    let evaluation = this.#evaluations.get(objective);
    if (evaluation === undefined) {
      evaluation = new LossEvaluation(this, objective);
      this.#evaluations.set(objective, evaluation);
    }
    return evaluation;
  }
}

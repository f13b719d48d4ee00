import { type Labels, OptionError, type Run, StateError, type Tensor } from '@fluxion/tensor';
import { Backpropagation } from './backpropagation.js';
import { present } from './box.js';
import { type Cell, given, writeCell } from './cell.js';
import type { FlowGraph } from './flowGraph.js';
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
  /** Cells that boxes keep from fprop for bprop, by the name of the box. */
  readonly workspaces: ReadonlyMap<string, Readonly<Record<string, Tensor>>>;
  readonly #inputs: readonly Cell[];
  readonly #runs: readonly Run[];
  readonly #giveBack: (tape: Tape) => void;
  readonly #backpropagations = new Map<Objective, Backpropagation>();
  #inFlight = false;
  #version = 0;

  /** Made by `FlowGraph.fprop`. */
  constructor(model: FlowGraph, batchSize: number, giveBack: (tape: Tape) => void) {
    this.model = model;
    this.batchSize = batchSize;
    this.#giveBack = giveBack;
    const { arena } = model.kernels;
    const values = new Map<string, Tensor>();
    const workspaces = new Map<string, Record<string, Tensor>>();
    for (const [name, shape] of Object.entries(model.inputs))
      values.set(name, arena.tensor([batchSize, ...shape]));
    this.#inputs = [...values].map(([name, tensor]) => ({ name, tensor, where: 'fprop input' }));
    const runs: Run[] = [];
    for (const { name, definition, description, shape, parameters } of model.boxes) {
      const output = arena.tensor([batchSize, ...shape]);
      const workspace = Object.fromEntries(
        Object.entries(definition.workspace?.(description, shape) ?? {}).map(([cell, cellShape]) => [
          cell,
          arena.tensor([batchSize, ...cellShape]),
        ]),
      );
      values.set(name, output);
      workspaces.set(name, workspace);
      runs.push(
        ...present(
          definition.fprop({
            kernels: model.kernels,
            description,
            inputs: description.children.map((child) => values.get(child) as Tensor),
            output,
            parameters: Object.fromEntries([...parameters].map(([short, { value }]) => [short, value])),
            workspace,
          }),
        ),
      );
    }
    this.values = values;
    this.workspaces = workspaces;
    this.#runs = runs;
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

  /** Called by `FlowGraph.fprop`. */
  fprop(inputs: Readonly<Record<string, Tensor>>): void {
    this.#inFlight = true;
    this.#version = this.model.version;
    for (const cell of this.#inputs) writeCell(cell, given(inputs, cell, this.#inputs));
    for (const run of this.#runs) run();
  }

  /**
   * Backpropagation: the loss against the targets, and the gradient of every parameter that is not frozen, box by box
   * in the reverse order of fprop and only as far as the parameters.
   *
   * @param targets by output: labels [batch] or values [batch, ...shape]; where there is one loss, under any name
   * @throws {StateError} when the parameters have been updated since the fprop, or the tape has been released.
   * @throws {ShapeError} when the targets' shape does not fit.
   */
  bprop(objective: Objective, targets: Readonly<Record<string, Tensor | Labels>>): Backpropagation {
    if (!this.#inFlight) {
      throw new StateError(
        'bprop: expected a pass in flight, got a released tape; call bprop before release()',
      );
    }
    if (this.#version !== this.model.version) {
      throw new StateError(
        `bprop: expected the parameters of its fprop, they have been updated ${this.model.version - this.#version} times since; update after each bprop, or accumulate() passes between`,
      );
    }
    let backpropagation = this.#backpropagations.get(objective);
    if (backpropagation === undefined) {
      backpropagation = new Backpropagation(this, objective);
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
}

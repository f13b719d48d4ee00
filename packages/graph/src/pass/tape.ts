import { StateError, type Tensor } from '@fluxion/tensor';
import type { BoxCells, Mode } from '../box/boxCells.js';
import type { Link } from '../box/loss.js';
import type { Box } from '../model/buildBox.js';
import type { BuiltGraph } from '../model/builtGraph.js';
import type { Objective } from '../model/objective.js';
import type { Backpropagation } from './backpropagation.js';
import type { Given } from './cell.js';
import type { PassMemory } from './passMemory.js';

/**
 * One pass through the graph: the value of every box on one minibatch, and what leads back. Its memory is lent by the
 * graph until `release`, and with it the tensors read from the tape; then the tape is of no more use.
 */
export class Tape {
  readonly model: BuiltGraph;
  #memory: PassMemory | undefined;
  readonly #version: number;

  /** Made by `FlowGraph.fprop`. */
  constructor(memory: PassMemory) {
    this.model = memory.model;
    this.#memory = memory;
    this.#version = memory.model.version;
  }

  get batchSize(): number {
    return this.#lent().batchSize;
  }

  /** What the pass was begun for. */
  get mode(): Mode {
    return this.#lent().mode;
  }

  /** Whether the values may be others in the other mode, as those of a graph with dropout. */
  get dependsOnMode(): boolean {
    return this.#lent().dependsOnMode;
  }

  /** Value by the name of the box or of the input of numbers, each [batch, ...shape]. */
  get values(): ReadonlyMap<string, Tensor> {
    return this.#lent().values;
  }

  /** The main output, [batch, ...shape]. */
  get output(): Tensor {
    return this.value(this.model.outputs[0] as string);
  }

  /**
   * The value of a box or an input of numbers, [batch, ...shape].
   *
   * @throws {OptionError} when there is none of that name; {StateError} when the tape has been released.
   */
  value(name: string): Tensor {
    return this.#lent().value(name);
  }

  /**
   * Which places of a value's sequences are there, [batch, length], 1 or 0; undefined where it has no mask.
   *
   * @throws {StateError} when the tape has been released.
   */
  mask(name: string): Tensor | undefined {
    return this.#lent().mask(name);
  }

  /** What a box's kernels are bound to in this pass. */
  cellsOf(box: Box): BoxCells {
    return this.#lent().cellsOf(box);
  }

  /**
   * An output under a link: the probabilities that a loss would make of it, [batch, ...shape].
   *
   * @param output the main one unless named
   * @throws {StateError} when the tape has been released; {OptionError} when there is no such output or link.
   */
  linked(link: Link, output: string = this.model.outputs[0] as string): Tensor {
    const { tensor, run } = this.#lent().linked(link, output);
    run();
    return tensor;
  }

  /**
   * The mean over the minibatch of each example's loss times its weight, summed over the outputs; without Ω.
   *
   * @param targets by output: labels [batch] or values [batch, ...shape]; where there is one loss, under any name
   * @param weights what each example counts, [batch], or each step of sequences, [batch, length], numbers from 0; 1 unless given
   * @throws {StateError} when the tape has been released; {ShapeError} when the targets' shape does not fit;
   *   {DataError} on a target that the loss cannot take, as a label that is no class.
   */
  loss(objective: Objective, targets: Given, weights?: Tensor): number {
    return this.#lent().evaluation(objective.losses).run(targets, weights);
  }

  /**
   * The loss of each example of the minibatch, [batch], summed over the outputs; without Ω.
   *
   * @param targets as `loss` takes them
   * @throws what `loss` throws.
   */
  losses(objective: Objective, targets: Given): Float64Array {
    const evaluation = this.#lent().evaluation(objective.losses);
    evaluation.run(targets);
    return evaluation.losses;
  }

  /**
   * Backpropagation: the loss against the targets, and the gradient of every parameter below it that is not frozen, box
   * by box in the reverse order of fprop and only as far as the parameters. A parameter below no loss gets none.
   *
   * @param targets, weights as `loss` takes them
   * @throws {StateError} when the parameters have been updated since the fprop, or the tape has been released.
   * @throws {ShapeError} when the targets' shape does not fit; {DataError} on a target that the loss cannot take.
   */
  bprop(objective: Objective, targets: Given, weights?: Tensor): Backpropagation {
    const memory = this.#lent();
    if (this.#version !== this.model.version) {
      throw new StateError(
        `bprop: expected the parameters of its fprop, they have been updated ${this.model.version - this.#version} times since; update after each bprop, or accumulate() passes between`,
      );
    }
    const backpropagation = memory.backpropagation(objective.losses);
    backpropagation.run(objective, targets, weights);
    return backpropagation;
  }

  /** Whether the pass is over, and its memory no longer its own. */
  isOver(): boolean {
    return this.#memory === undefined;
  }

  /** Ends the pass: the graph lends its memory to another. Again is no error. */
  release(): void {
    const memory = this.#memory;
    this.#memory = undefined;
    memory?.giveBack();
  }

  #lent(): PassMemory {
    if (this.#memory === undefined) {
      throw new StateError(
        'tape: expected a pass in flight, got one that is over; use it before release(), in a stream before the subscriber returns: let no operator that delays or buffers stand between',
      );
    }
    return this.#memory;
  }
}

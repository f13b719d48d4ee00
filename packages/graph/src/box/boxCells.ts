import type { Kernels, Labels, Random, Run, Sink, Tensor } from '@fluxion/tensor';
import type { BoxDescription } from '../description/graphDescription.js';
import type { GradientSink } from './gradientSink.js';

/** What a pass is for: in `train` dropout and noise act and statistics run, in `predict` nothing is left to chance. */
export type Mode = 'train' | 'predict';

/** The pass under way. Kernels read it when they run, not when they are bound: it changes from pass to pass. */
export interface Pass {
  readonly mode: Mode;
  /** Number of the first example of the batch. */
  readonly example: number;
  /** How far the numbers of the batch's examples lie apart. */
  readonly stride: number;
}

/** What a box's kernels are bound to in one pass: its own cells of the tape, its parameters and its states. */
export interface BoxCells<D extends BoxDescription = BoxDescription> {
  readonly kernels: Kernels;
  /** Of the box in its graph, for messages. */
  readonly name: string;
  readonly description: D;
  readonly pass: Pass;
  /** Values of the children, each [batch, ...shape]. At the place of a child of indices there is none. */
  readonly inputs: readonly Tensor[];
  /** Values of the children of indices, by their places, each [batch, ...shape]. */
  readonly indices: readonly (Labels | undefined)[];
  /** The masks [batch, length] of the children that carry one, by their places: 1 for what counts, 0 for padding. */
  readonly masks: readonly (Tensor | undefined)[];
  /** The box's own value, [batch, ...outputShape]. */
  readonly output: Tensor;
  /** Parameters by name. */
  readonly parameters: Readonly<Record<string, Tensor>>;
  /** States by name. To be changed by fprop, in mode `train` only. */
  readonly states: Readonly<Record<string, Tensor>>;
  /** Cells that the box asked for in `workspace`. */
  readonly workspace: Readonly<Record<string, Tensor>>;
  /** Random numbers of this box's own. Draw by the number of the example, so that it is the same in any company. */
  readonly random: Random;
}

/** What a box's bprop is bound to besides: gradients it reads and those it leaves. */
export interface BackwardCells<D extends BoxDescription = BoxDescription> extends BoxCells<D> {
  /** ∂loss/∂output. */
  readonly dOutput: Tensor;
  /**
   * Where to leave ∂loss/∂input of each child; undefined where no parameter below it wants one. Each that is there must
   * be written, in the order of the children: where two children are one box, the second sink adds to the first.
   */
  readonly dInputs: readonly (Sink | undefined)[];
  /** Where to leave the gradient of each parameter; undefined where it is frozen. */
  readonly gradients: Readonly<Record<string, GradientSink | undefined>>;
}

/** Kernels to call in turn. Entries left out (`dInput && kernels.…`) are passed over. */
export type Runs = readonly (Run | undefined)[];

/** The kernels that are there. */
export function present(runs: Runs): readonly Run[] {
  return runs.filter((run) => run !== undefined);
}

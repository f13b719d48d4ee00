import type { Floats, Random, Shape } from '@fluxion/tensor';
import type { BoxDescription } from '../description/graphDescription.js';
import type { BackwardCells, BoxCells, Runs } from './boxCells.js';

/** Fills a new parameter or state. The random numbers are those of its name alone. */
export type Initializer = (values: Floats, shape: Shape, random: Random) => void;

/** A parameter that a box asks for. */
export interface ParameterDescription {
  readonly shape: Shape;
  readonly initializer: Initializer;
  /** Whether regularizers count it: weights are, biases are not. */
  readonly regularized: boolean;
  /** Whether the box reads it by `affine` and `matmul` alone, so that updates by single examples may wait. Default not. */
  readonly deferrable?: boolean;
}

/** A state that a box asks for: saved with the parameters, and not learned. */
export type StateDescription = Pick<ParameterDescription, 'shape' | 'initializer'>;

/** A cell that fprop leaves for bprop. */
export interface WorkspaceCell {
  /** Shape for one example of the batch, or, where it is of the pass, for all of them together. */
  readonly shape: Shape;
  /** Whether there is one for each example, so that the cell is [batch, ...shape], or one for the whole pass. */
  readonly per: 'example' | 'pass';
}

/** What a box does with the mask that a child carries. */
export type MaskRule =
  /** Its output carries the mask of its children, which must be one and the same. */
  | 'keeps'
  /** Its output carries the mask of the first child; those of the others end here. */
  | 'keepsFirst'
  /** It leaves out what is padding, and its output carries no mask. */
  | 'ends';

/**
 * How one kind of box computes. A definition has no state: activations live on the tape, parameters and states in the
 * graph, so one pass may be in flight while another starts.
 */
export interface BoxDefinition<D extends BoxDescription = BoxDescription> {
  /** How many children it takes: exactly that many, or one or more. */
  readonly children: number | 'oneOrMore';
  /** Places of the children that are inputs of indices; all others are numbers. */
  readonly indexChildren?: readonly number[];
  /** Names of its own options in the description; others are refused. Where it is left out, none is. */
  readonly options?: readonly string[];
  /** Whether an example's value depends, in mode `train`, on the others of the batch, as batchNorm's does. Default not. */
  mixesExamples?(description: D): boolean;
  /** Whether its dInput is 0 wherever its output is 0, whatever dOutput is there, as relu's is. Default not. */
  readonly passesNothingAtZero?: boolean;
  /** Whether its value is its child's in another shape, number for number. Default not. */
  readonly reshapes?: true;
  /** What it does with the mask of a child. Where it is left out, children that carry one are refused. */
  mask?(description: D): MaskRule;
  /**
   * Shape of one example's value.
   *
   * @param where the box, for errors: `linear 'hidden'`
   * @throws {ShapeError} when the children's shapes do not fit; {OptionError} when an option cannot be used.
   */
  outputShape(description: D, childShapes: readonly Shape[], where: string): Shape;
  /**
   * The parameters it has, by name.
   *
   * @param indices how many things each child's indices tell apart; undefined for a child of numbers
   */
  parameters?(
    description: D,
    childShapes: readonly Shape[],
    indices: readonly (number | undefined)[],
  ): Readonly<Record<string, ParameterDescription>>;
  /** The states it has, by name. */
  states?(description: D, childShapes: readonly Shape[]): Readonly<Record<string, StateDescription>>;
  /** Further cells that fprop leaves for bprop. */
  workspace?(
    description: D,
    childShapes: readonly Shape[],
    outputShape: Shape,
  ): Readonly<Record<string, WorkspaceCell>>;
  /** Binds the kernels that compute the output from the inputs. */
  fprop(cells: BoxCells<D>): Runs;
  /** Binds the kernels that add to the wanted dInputs and leave the parameters' gradients. It never averages. */
  bprop(cells: BackwardCells<D>): Runs;
}

/** Definitions by kind: the registry that descriptions are looked up in. */
// biome-ignore lint/suspicious/noExplicitAny: a registry holds definitions of every kind of description
export type BoxDefinitions = Readonly<Record<string, BoxDefinition<any>>>;

import type { Floats, Kernels, Random, Run, Shape, Sink, Tensor } from '@fluxion/tensor';

/**
 * A box as plain data: what it is and its options. It serialises to JSON; the kind names the definition that computes.
 */
export interface BoxDescription {
  readonly kind: string;
  /** Name within the graph; without it `sequential` counts: linear1, tanh1, linear2. */
  readonly name?: string;
  /** Whether the box's parameters stay as they are. Nothing below them is walked backwards on their account. */
  readonly frozen?: boolean;
}

/** Fills a new parameter's values. The random numbers are those of this parameter's name alone. */
export type Initializer = (values: Floats, shape: Shape, random: Random) => void;

/** A parameter that a box asks for. */
export interface ParameterDescription {
  readonly shape: Shape;
  readonly initializer: Initializer;
  /** Whether regularizers count it: weights are, biases are not. */
  readonly regularized: boolean;
  /**
   * How bprop leaves its gradient. 'dense': the box's bprop writes it to `gradients`. 'factored': it is inputᵀ·dOutput
   * of the box's only child, and nothing is written.
   */
  readonly gradient: 'dense' | 'factored';
}

/** What a box's kernels are bound to in one pass: its own cells of the tape and its parameters. */
export interface BoxCells<D extends BoxDescription = BoxDescription> {
  readonly kernels: Kernels;
  readonly description: D;
  /** Values of the children, each [batch, ...shape]. */
  readonly inputs: readonly Tensor[];
  /** The box's own value, [batch, ...outputShape]. */
  readonly output: Tensor;
  /** Parameters by name. */
  readonly parameters: Readonly<Record<string, Tensor>>;
  /** Cells that the box asked for in `workspace`. */
  readonly workspace: Readonly<Record<string, Tensor>>;
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
  /** Where to leave the gradients of the dense parameters; undefined where a parameter is frozen. */
  readonly gradients: Readonly<Record<string, Sink | undefined>>;
}

/** Kernels to call in turn. Entries left out (`dInput && kernels.…`) are passed over. */
export type Runs = readonly (Run | undefined)[];

/** The kernels that are there. */
export function present(runs: Runs): readonly Run[] {
  return runs.filter((run) => run !== undefined);
}

/**
 * How one kind of box computes. A definition has no state: activations live on the tape, parameters in the graph, so
 * one pass may be in flight while another starts.
 */
export interface BoxDefinition<D extends BoxDescription = BoxDescription> {
  /** How many children it takes: exactly that many, or one or more. */
  readonly children: number | 'oneOrMore';
  /** Names of its own options in the description; others are refused. Where it is left out, none is. */
  readonly options?: readonly string[];
  /**
   * Shape of one example's value.
   *
   * @param where the box, for errors: `linear 'hidden'`
   * @throws {ShapeError} when the children's shapes do not fit; {OptionError} when an option cannot be used.
   */
  outputShape(description: D, childShapes: readonly Shape[], where: string): Shape;
  /** The parameters it has, by name. */
  parameters?(description: D, childShapes: readonly Shape[]): Readonly<Record<string, ParameterDescription>>;
  /** Shapes, for one example, of further cells that fprop leaves for bprop. */
  workspace?(description: D, outputShape: Shape): Readonly<Record<string, Shape>>;
  /** Binds the kernels that compute the output from the inputs. */
  fprop(cells: BoxCells<D>): Runs;
  /** Binds the kernels that add to the wanted dInputs and leave the parameters' gradients. It never averages. */
  bprop(cells: BackwardCells<D>): Runs;
}

/** Definitions by kind: the registry that descriptions are looked up in. */
// biome-ignore lint/suspicious/noExplicitAny: a registry holds definitions of every kind of description
export type BoxDefinitions = Readonly<Record<string, BoxDefinition<any>>>;

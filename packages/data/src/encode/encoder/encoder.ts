import {
  type DType,
  type Json,
  type ModelEncoder,
  OptionError,
  type Saved,
  StateError,
  type Tensor,
  tensor,
} from '@fluxion/tensor';
import type { Schema } from 'apache-arrow';
import { expectFittedColumns, findColumn } from '../column.js';
import type { MinibatchColumns } from '../minibatchColumns.js';
import type { Extremes } from './extremes.js';
import { indexEncoder } from './indexEncoder.js';
import { type EncodeOptions, inputEncoder } from './inputEncoder.js';
import { type InputPlaces, placesIn } from './inputPlaces.js';
import type { MixedColumn } from './mixedColumn.js';
import type { RowInput } from './rowInput.js';
import { type RowPrediction, rowPrediction } from './rowPrediction.js';
import { type EncodedRows, RowsEncoder } from './rowsEncoder.js';
import { sparseEncoder, sparseLayout } from './sparseEncoder.js';
import type { EncodedColumn } from './stagedColumn.js';
import { type Target, type TargetOptions, targetEncoder, targetJson } from './target.js';
import { type RowWeight, weightEncoder } from './weightEncoder.js';

/** A column of the input, and how it is encoded. */
export interface ColumnPlan {
  readonly column: string;
  /** Kind of the encoding, as `standardize`. */
  readonly encoding: string;
  /** Numbers that a cell becomes. */
  readonly width: number;
  /** What spoke for this encoding. */
  readonly why: string;
}

/** A column that is not used. */
export interface LeftOutColumn {
  readonly column: string;
  readonly why: string;
}

/** A column of the input with the reason for its encoding. */
export interface PlannedColumn extends EncodedColumn {
  readonly why: string;
}

/** The inputs of columns of few numbers, and of many. */
const INPUT = 'input';
const SPARSE = 'sparse';
/** Numbers of a cell beyond which only those that are not zero are given to the model. */
const DENSE = 2 ** 10;

/** How plain objects are encoded. */
export interface EncodeRowsOptions {
  /** Whether the objects have the targets too. Default false. */
  readonly targets?: boolean;
  /** Whether each is counted in after it has been encoded. Default false. */
  readonly online?: boolean;
  readonly dtype?: DType;
}

/** How a source is encoded. */
export interface SourceOptions extends EncodeOptions, TargetOptions {
  /** Whether the targets are read. */
  readonly targets: boolean;
}

/**
 * Turns rows of a table into a model's input and back: what each column becomes, what the classes are called, and in which
 * units a number is. It is part of the model: saved with it, and applied to whatever is predicted. `fitEncoder` makes one.
 */
export class Encoder implements ModelEncoder {
  /** What the model is to predict, by the name of the column. */
  readonly targets: Readonly<Record<string, Target>>;
  readonly leftOut: readonly LeftOutColumn[];
  /** Columns that may well be meant as numbers, in the table it was fitted on. They are not saved. */
  readonly mixed: readonly MixedColumn[];
  /** How many cells of a column came out beyond ±100 so far, which trains badly; columns that had none are absent. */
  readonly extremes: ReadonlyMap<string, number>;
  /** Rows of the table it was fitted on that lack a target. They are left out where the targets are read. */
  readonly untargeted: number;
  /** The column of the weights of the rows, and its mean, which becomes 1; absent where each counts 1. */
  readonly weight: RowWeight | undefined;
  #columns: readonly PlannedColumn[];
  #dense: readonly PlannedColumn[];
  #sparse: readonly PlannedColumn[];
  #indexed: readonly PlannedColumn[];
  readonly #extremes: Extremes = new Map();
  readonly #rows = new Map<string, RowsEncoder>();
  /** Whether rows may be counted in, so that how one is encoded depends on those before it. Of encoders that share columns, together. */
  #learning: { isOnline: boolean } = { isOnline: false };

  /** Made by `fitEncoder` and `restoreEncoder`. */
  constructor(
    columns: readonly PlannedColumn[],
    targets: readonly Target[],
    leftOut: readonly LeftOutColumn[],
    {
      untargeted = 0,
      mixed = [],
      weight,
    }: {
      readonly untargeted?: number;
      readonly mixed?: readonly MixedColumn[];
      readonly weight?: RowWeight | undefined;
    } = {},
  ) {
    this.#columns = columns;
    const isSparse = ({ state }: PlannedColumn): boolean =>
      state.maxEntries !== undefined && state.width > DENSE;
    this.#indexed = columns.filter(({ state }) => state.indices !== undefined);
    const taken = this.#indexed.find(({ column }) => column === INPUT || column.startsWith(SPARSE));
    if (taken !== undefined) {
      throw new OptionError(
        `encoder column '${taken.column}': expected another name for an input of its own, that one is taken; rename the column`,
      );
    }
    this.#dense = columns.filter((column) => !isSparse(column) && column.state.indices === undefined);
    this.#sparse = columns.filter(isSparse);
    this.untargeted = untargeted;
    this.mixed = mixed;
    this.weight = weight;
    this.targets = Object.fromEntries(targets.map((target) => [target.column, target]));
    this.leftOut = leftOut;
    this.extremes = this.#extremes;
  }

  /**
   * One example of each input. `input` is a vector. Where columns have more than 1,024 numbers each, of which few are not
   * zero, they come as `sparse`, the indices of these, and `sparse.weights`; without other columns, a last index that is always
   * there has the weight 1. A column of `indices` or `words` is an input under its own name.
   */
  get inputs(): ModelEncoder['inputs'] {
    const width = this.#dense.reduce((sum, { state }) => sum + state.width, 0);
    const { length, indices } = sparseLayout(this.#sparse, this.#dense.length === 0);
    return {
      ...(this.#dense.length > 0 ? { [INPUT]: [width] } : {}),
      ...(this.#sparse.length > 0
        ? { [SPARSE]: { shape: [length], indices }, [`${SPARSE}.weights`]: [length] }
        : {}),
      ...Object.fromEntries(
        this.#indexed.map(({ column, state: { width, indices = 0, masked = false } }) => [
          column,
          { shape: [width], indices, ...(masked && { masked }) },
        ]),
      ),
    };
  }

  /** The columns of the input, in their order there. */
  get columns(): readonly ColumnPlan[] {
    return this.#columns.map(({ column, state, why }) => ({
      column,
      encoding: state.description.kind,
      width: state.width,
      why,
    }));
  }

  /** The column that the number at this place of `input` is of; undefined where there is no such place. */
  columnAt(place: number): string | undefined {
    let end = 0;
    return this.#dense.find(({ state }) => {
      end += state.width;
      return place >= 0 && place < end;
    })?.column;
  }

  /**
   * Where the numbers of a column are: in which inputs, from which place of an example's numbers on, and how many. None for a column that the
   * encoder does not use.
   */
  placesOf(column: string): readonly InputPlaces[] {
    const [dense, sparse] = [this.#dense, this.#sparse];
    const indexed = this.#indexed.find((one) => one.column === column);
    if (indexed !== undefined) return [{ input: column, from: 0, width: indexed.state.width }];
    return [
      ...placesIn([INPUT], dense, column, ({ state }) => state.width),
      ...placesIn([SPARSE, `${SPARSE}.weights`], sparse, column, ({ state }) => state.maxEntries ?? 0),
    ];
  }

  /**
   * Names of the classes, by label, where there is one target and it is a class.
   *
   * @throws {StateError} where there is none, or several.
   */
  get classes(): readonly string[] {
    const targets = Object.values(this.targets);
    const [only, ...others] = targets;
    if (others.length > 0) {
      throw new StateError(
        `encoder classes: expected one target, got ${targets.length}; name it, as encoder.targets.${only?.column}`,
      );
    }
    if (only?.kind === 'classes') return only.classes;
    throw new StateError(
      `encoder classes: expected a target of classes, got ${only === undefined ? 'no target' : `the number '${only.column}'`}; give its model one output`,
    );
  }

  /**
   * Plain objects as examples. Their tensors are lent until the next call: copy what is to be kept.
   *
   * @throws {DataError} with the place in the list and the column, when a value cannot be used; with all columns that are missing.
   * @example
   * const encoder = await fitEncoder(source, { target: 'income' });
   * const { inputs } = encoder.encode([{ age: 39, city: 'Paris' }]);
   */
  encode(rows: readonly Readonly<Record<string, unknown>>[], options: EncodeRowsOptions = {}): EncodedRows {
    const { targets = false, online = false, dtype = 'float32' } = options;
    const key = `${rows.length} ${targets} ${online} ${dtype}`;
    let encoder = this.#rows.get(key);
    if (encoder === undefined) {
      // Sizes rarely vary; where they do, memory is not kept for each.
      if (this.#rows.size >= 8) this.#rows.clear();
      const settings = { batchSize: rows.length, dtype, online };
      const read = this.#read(targets);
      encoder = new RowsEncoder(
        read.columns,
        this.#inputs(() => 0, settings),
        read.targets.map((target) => targetEncoder(target, 0, { ...settings, leavesOutGaps: false })),
        read.weight && weightEncoder(read.weight, 0, settings),
      );
      this.#rows.set(key, encoder);
    }
    return encoder.encode(rows);
  }

  /** The encoders of a source's columns. For whoever reads examples. */
  minibatchColumns(schema: Schema, file: string, options: SourceOptions): MinibatchColumns {
    const { targets, weight, columns } = this.#read(options.targets);
    expectFittedColumns(schema, columns, file);
    const fieldOf = (column: string): number => findColumn(schema, column, file).field;
    return {
      inputs: this.#inputs(fieldOf, options),
      targets: targets.map((target) => targetEncoder(target, fieldOf(target.column), options)),
      ...(weight && { weights: weightEncoder(weight, fieldOf(weight.column), options) }),
    };
  }

  /**
   * What an output says of a target: of several units the class and the probabilities; of one unit the number in its own
   * units, or where the target has two classes the class by the probability of the second.
   *
   * @param target name of the column
   * @param values an example's output: probabilities, or a standardized number
   * @throws {OptionError} when there is no such target, or the output does not fit it.
   */
  decode(target: string, values: ArrayLike<number>): RowPrediction {
    const found = this.targets[target];
    if (found !== undefined) return rowPrediction(found, values);
    throw new OptionError(
      `encoder decode: expected a target (${Object.keys(this.targets).join(', ')}), got '${target}'; name one`,
    );
  }

  /** Description and state. The tensors are copies. */
  save(): Saved {
    const tensors = new Map<string, Tensor>();
    for (const [i, { state }] of this.#columns.entries()) {
      for (const [name, values] of Object.entries(state.memory)) {
        tensors.set(`${i}.${name}`, tensor(values.slice()));
      }
    }
    const columns = this.#columns.map(
      ({ column, state, why }): Json => ({
        column,
        encoding: state.description,
        why,
      }),
    );
    return {
      kind: 'encoder',
      options: {
        columns,
        targets: this.#targetList().map(targetJson),
        leftOut: this.leftOut.map(({ column, why }) => ({ column, why })),
        untargeted: this.untargeted,
        ...(this.weight && { weight: { ...this.weight } }),
      },
      tensors,
    };
  }

  /**
   * Goes on with what another encoder has seen of the same columns, as the one that `restoreEncoder` makes of a checkpoint.
   *
   * @throws {OptionError} when it encodes other columns, or has other targets.
   */
  takeOver(other: Encoder): void {
    const plan = (encoder: Encoder): string =>
      JSON.stringify([
        encoder.inputs,
        encoder.columns.map(({ column, encoding, width }) => [column, encoding, width]),
        encoder.#targetList().map(targetJson),
      ]);
    const [own, got] = [plan(this), plan(other)];
    if (own !== got) {
      throw new OptionError(
        `encoder takeOver: expected inputs, columns and targets ${own}, got ${got}; give an encoder of the same columns`,
      );
    }
    this.#columns = other.#columns;
    this.#dense = other.#dense;
    this.#sparse = other.#sparse;
    this.#indexed = other.#indexed;
    this.#learning = other.#learning;
    this.#rows.clear();
  }

  /** @param fieldOf the place of a column in the schema */
  #inputs(fieldOf: (column: string) => number, options: EncodeOptions): readonly RowInput[] {
    const fields = (columns: readonly PlannedColumn[]): number[] =>
      columns.map(({ column }) => fieldOf(column));
    const [dense, sparse] = [this.#dense, this.#sparse];
    this.#learning.isOnline ||= options.online;
    return [
      ...(dense.length > 0
        ? [inputEncoder(INPUT, dense, fields(dense), options, this.#extremes, () => !this.#learning.isOnline)]
        : []),
      ...(sparse.length > 0
        ? sparseEncoder(SPARSE, sparse, fields(sparse), dense.length === 0, options)
        : []),
      ...this.#indexed.map((column) => indexEncoder(column, fieldOf(column.column), options)),
    ];
  }

  /** What is read of each row: all columns, and the targets and weights among them. */
  #read(hasTargets: boolean): {
    readonly columns: readonly string[];
    readonly targets: readonly Target[];
    readonly weight: RowWeight | undefined;
  } {
    const targets = hasTargets ? this.#targetList() : [];
    const weight = hasTargets ? this.weight : undefined;
    const columns = [...this.#columns, ...targets, ...(weight ? [weight] : [])].map(({ column }) => column);
    return { columns, targets, weight };
  }

  #targetList(): readonly Target[] {
    return Object.values(this.targets);
  }
}

import {
  type DataPlace,
  type DType,
  type Json,
  type Labels,
  type ModelEncoder,
  OptionError,
  type Saved,
  type Shape,
  StateError,
  type Tensor,
  tensor,
} from '@fluxion/tensor';
import type { Schema } from 'apache-arrow';
import { findColumn } from '../column.js';
import type { ColumnEncoders } from '../columnEncoders.js';
import { type EncodedColumn, type EncodeOptions, type Extremes, InputEncoder } from './inputEncoder.js';
import { type Target, type TargetEncoder, targetEncoder, targetJson } from './target.js';

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

/** The name of the input that takes all columns. */
const INPUT = 'input';

/** Probability of each class, and the likeliest one. */
export interface ClassPrediction {
  readonly class: string;
  readonly probability: number;
  /** Of every class, by name. */
  readonly probabilities: Readonly<Record<string, number>>;
}

/** Plain objects as examples. Their tensors are lent until the next ones are encoded. */
export interface EncodedRows {
  /** Number of examples. */
  readonly size: number;
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly targets: Readonly<Record<string, Tensor | Labels>>;
  /** Over when later rows have overwritten the tensors. */
  readonly lease: { isOver(): boolean };
}

/** What a model says of a row, in the terms of the table. */
export type Prediction = ClassPrediction | number;

/** How plain objects are encoded. */
export interface EncodeRowsOptions {
  /** Whether the objects have the targets too. Default false. */
  readonly targets?: boolean;
  /** Whether each is counted in after it has been encoded. Default false. */
  readonly online?: boolean;
  readonly dtype?: DType;
}

/**
 * Turns rows of a table into a model's input and back: what each column becomes, what the classes are called, and in which
 * units a number is. It is part of the model: saved with it, and applied to whatever is predicted. `fitEncoder` makes one.
 */
export class Encoder implements ModelEncoder {
  /** What the model is to predict, by the name of the column. */
  readonly targets: Readonly<Record<string, Target>>;
  readonly leftOut: readonly LeftOutColumn[];
  /** How many cells of a column came out beyond ±100 so far, which trains badly; columns that had none are absent. */
  readonly extremes: ReadonlyMap<string, number>;
  readonly #columns: readonly PlannedColumn[];
  readonly #extremes: Extremes = new Map();
  readonly #rows = new Map<string, RowsEncoder>();

  /** Made by `fitEncoder` and `restoreEncoder`. */
  constructor(
    columns: readonly PlannedColumn[],
    targets: readonly Target[],
    leftOut: readonly LeftOutColumn[],
  ) {
    this.#columns = columns;
    this.targets = Object.fromEntries(targets.map((target) => [target.column, target]));
    this.leftOut = leftOut;
    this.extremes = this.#extremes;
  }

  /** Shape of one example of each input. */
  get inputs(): Readonly<Record<string, Shape>> {
    return { [INPUT]: [this.#columns.reduce((width, { state }) => width + state.width, 0)] };
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
   * @throws {DataError} with the place in the list and the column, when a value is missing or cannot be used.
   * @example
   * model.fprop(encoder.encode([{ age: 39, city: 'Paris' }]).inputs);
   */
  encode(rows: readonly Readonly<Record<string, unknown>>[], options: EncodeRowsOptions = {}): EncodedRows {
    const { targets = false, online = false, dtype = 'float32' } = options;
    const key = `${rows.length} ${targets} ${online} ${dtype}`;
    let encoder = this.#rows.get(key);
    if (encoder === undefined) {
      // Sizes rarely vary; where they do, memory is not kept for each.
      if (this.#rows.size >= 8) this.#rows.clear();
      const settings = { batchSize: rows.length, dtype, online };
      encoder = new RowsEncoder(
        this.#input(
          this.#columns.map(() => 0),
          settings,
        ),
        targets ? this.#targetList().map((target) => targetEncoder(target, 0, rows.length, dtype)) : [],
      );
      this.#rows.set(key, encoder);
    }
    return encoder.encode(rows);
  }

  /** The encoders of a source's columns. For whoever reads examples. */
  columnEncoders(schema: Schema, file: string, options: EncodeOptions, withTargets: boolean): ColumnEncoders {
    const fieldOf = (column: string): number => findColumn(schema, column, file).field;
    return {
      inputs: [
        this.#input(
          this.#columns.map(({ column }) => fieldOf(column)),
          options,
        ),
      ],
      targets: withTargets
        ? this.#targetList().map((target) =>
            targetEncoder(target, fieldOf(target.column), options.batchSize, options.dtype),
          )
        : [],
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
  decode(target: string, values: ArrayLike<number>): Prediction {
    const found = this.targets[target];
    if (found === undefined) {
      throw new OptionError(
        `encoder decode: expected a target (${Object.keys(this.targets).join(', ')}), got '${target}'; name one`,
      );
    }
    if (found.kind === 'number') {
      expectUnits(found.column, 1, values.length);
      return found.mean + (values[0] as number) * found.deviation;
    }
    const { classes, column } = found;
    const isBinary = classes.length === 2 && values.length === 1;
    if (!isBinary) expectUnits(column, classes.length, values.length);
    const second = values[0] as number;
    const probabilities = isBinary ? [1 - second, second] : Array.from(values);
    const probability = Math.max(...probabilities);
    return {
      class: classes[probabilities.indexOf(probability)] as string,
      probability,
      probabilities: Object.fromEntries(classes.map((name, label) => [name, probabilities[label] as number])),
    };
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
      },
      tensors,
    };
  }

  #input(fields: readonly number[], options: EncodeOptions): InputEncoder {
    return new InputEncoder(INPUT, this.#columns, fields, options, this.#extremes);
  }

  #targetList(): readonly Target[] {
    return Object.values(this.targets);
  }
}

function expectUnits(column: string, expected: number, units: number): void {
  if (units === expected) return;
  throw new OptionError(
    `encoder decode: expected ${expected} units for '${column}', got ${units}; give the model's output so many`,
  );
}

/** A minibatch of plain objects. */
class RowsEncoder {
  readonly #input: InputEncoder;
  readonly #targets: readonly TargetEncoder[];
  #lease: EncodedRows['lease'] | undefined;

  constructor(input: InputEncoder, targets: readonly TargetEncoder[]) {
    this.#input = input;
    this.#targets = targets;
  }

  encode(rows: readonly Readonly<Record<string, unknown>>[]): EncodedRows {
    const size = rows.length;
    for (const [i, row] of rows.entries()) {
      const place: DataPlace = size === 1 ? {} : { row: i };
      this.#input.take(i, row, place);
      for (const target of this.#targets) target.take(i, row, place);
    }
    this.#input.encode(size);
    const lease = { isOver: (): boolean => this.#lease !== lease };
    this.#lease = lease;
    return {
      size,
      inputs: { [this.#input.name]: this.#input.lend(size) },
      targets: Object.fromEntries(this.#targets.map((target) => [target.name, target.lend(size)])),
      lease,
    };
  }
}

import type { ColumnOptions, EncodedOptions, LeftOutColumn } from '@fluxion/data';
import type { Loss, Losses } from '@fluxion/graph';

/** What a model is for: how rows of a table become its examples, and what its outputs are compared with. */
export interface Task {
  /** What `examples` makes examples of; without the targets, of rows that are only to be predicted. */
  examples(targets: boolean): ColumnOptions | EncodedOptions;
  readonly columns: readonly TaskColumn[];
  readonly leftOut: readonly LeftOutColumn[];
  /** The main one first. */
  readonly outputs: readonly TaskOutput[];
}

/** A column that a model sees. */
export interface TaskColumn {
  readonly column: string;
  /** How it is encoded. */
  readonly encoding: string;
  /** Numbers that a cell becomes. */
  readonly width: number;
}

/** An output of a model, and the columns that it predicts. */
export interface TaskOutput {
  /** Name of its box. */
  readonly output: string;
  readonly columns: readonly string[];
  readonly loss: Loss;
  /** How many classes there are; absent where it is a number. */
  readonly classes?: number | undefined;
  /** Names of the classes by label, where they have names. */
  readonly names?: readonly string[] | undefined;
  /** Whether the output is a logarithm. */
  readonly isLog?: boolean | undefined;
  /** A target is `mean + deviation · target` in the table, and so is an output, or what it is the logarithm of. */
  readonly mean: number;
  readonly deviation: number;
}

/** What a number of an output is in the table. */
export function inTable(
  { mean, deviation, isLog }: Pick<TaskOutput, 'mean' | 'deviation' | 'isLog'>,
  value: number,
): number {
  return mean + deviation * (isLog === true ? Math.exp(value) : value);
}

/** The losses by output. */
export function lossesOf({ outputs }: Pick<Task, 'outputs'>): Losses {
  return Object.fromEntries(outputs.map(({ output, loss }) => [output, loss]));
}

/** The target that an output is compared with: the one of its name, or the only one. */
export function targetOf<T>(
  outputs: readonly TaskOutput[],
  { output }: TaskOutput,
  targets: Readonly<Record<string, T>>,
): T | undefined {
  return outputs.length === 1 ? Object.values(targets)[0] : targets[output];
}

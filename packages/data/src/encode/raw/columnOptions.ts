/** Column names: of one vector (`string` or several joined), or of several by name. */
export type ColumnSelection =
  | string
  | readonly string[]
  | Readonly<Record<string, string | readonly string[]>>;

/** One value for all inputs or targets, or one for each name. */
export type PerName<T> = T | Readonly<Record<string, T>>;

/** What a target is: a class index to be told apart, or numbers to predict. */
export type TargetKind = 'labels' | 'values';

/** Which columns the examples have, and how they become numbers. */
export interface ColumnOptions {
  /**
   * Columns of the input: one, or several numeric ones that are joined into a vector, or a record of such by input name.
   * Without names the input is called `input`. A float32 model gets whole numbers beyond 2²⁴ rounded; an encoder scales them in
   * float64 before that.
   */
  readonly input: ColumnSelection;
  /** Columns of the target, in the same way; without names it is called `target`. Absent when there is none. */
  readonly target?: ColumnSelection | undefined;
  /**
   * Whether a target is a class or a number. By default the column's type decides: integers, booleans and strings are
   * labels; floats, lists and several columns are values.
   */
  readonly targetKind?: PerName<TargetKind> | undefined;
  /**
   * Names of the classes: a string's label is its index here. By default those of the dictionary, sorted; plain strings
   * need it.
   */
  readonly labelNames?: readonly string[] | Readonly<Record<string, readonly string[]>> | undefined;
  /**
   * Number of classes: a label from this on is refused, with its row. By default `describe` counts them, up to 2²⁰, and
   * examples may have any label: what a model has no class for, its loss refuses.
   */
  readonly classes?: PerName<number> | undefined;
  /**
   * Factor of an input's numbers. By default 1/255 for lists of bytes, since these are pictures, and 1 for all else. A
   * record may name targets too.
   */
  readonly scale?: PerName<number> | undefined;
}

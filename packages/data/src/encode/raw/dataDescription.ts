/** An input or a target of numbers. */
export interface NumbersDescription {
  readonly columns: readonly string[];
  /** Shape of one example. */
  readonly shape: readonly number[];
  /** Factor that the numbers are multiplied by. */
  readonly scale: number;
}

/** A target that is a class. */
export interface LabelsDescription {
  readonly kind: 'labels';
  readonly columns: readonly string[];
  /** Number of classes: one more than the largest label, or the number of names. */
  readonly classes: number;
  /** Names of the classes, by label, where the column has names. */
  readonly names?: readonly string[];
}

/** A target of numbers to predict. */
export interface ValuesDescription extends NumbersDescription {
  readonly kind: 'values';
  /** Numbers in one example. */
  readonly size: number;
}

/** What a model for this data has to fit. */
export interface DataDescription {
  readonly inputs: Readonly<Record<string, NumbersDescription>>;
  readonly targets: Readonly<Record<string, LabelsDescription | ValuesDescription>>;
  /** Number of examples, where it is known. */
  readonly rows?: number;
}

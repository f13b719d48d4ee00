/** What a confusion matrix (row the truth, column the prediction) says of one class. */
export interface ClassFigures {
  readonly index: number;
  readonly correct: number;
  readonly total: number;
  /** Share of the class's examples that were recognised. */
  readonly recall: number;
  /** Share of the examples taken for the class that are of it. */
  readonly precision: number;
  /** The class that it was most often taken for, where it ever was. */
  readonly takenFor: { readonly index: number; readonly count: number } | undefined;
}

/** Examples on the diagonal, and all of them. */
export function accuracyOf(confusion: readonly (readonly number[])[]): { correct: number; total: number } {
  const classes = confusion.map((_, index) => classFigures(confusion, index));
  return {
    correct: classes.reduce((sum, { correct }) => sum + correct, 0),
    total: classes.reduce((sum, { total }) => sum + total, 0),
  };
}

/** The row of one class, summed up. */
export function classFigures(confusion: readonly (readonly number[])[], index: number): ClassFigures {
  const row = confusion[index] ?? [];
  const correct = row[index] ?? 0;
  const total = row.reduce((sum, count) => sum + count, 0);
  const taken = confusion.reduce((sum, row) => sum + (row[index] ?? 0), 0);
  const others = row.map((count, other) => (other === index ? 0 : count));
  const count = Math.max(0, ...others);
  return {
    index,
    correct,
    total,
    recall: total === 0 ? 0 : correct / total,
    precision: taken === 0 ? 0 : correct / taken,
    takenFor: count > 0 ? { index: others.indexOf(count), count } : undefined,
  };
}

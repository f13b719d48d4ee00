/** What a confusion matrix (row the truth, column the prediction) says of one class. */
export interface ClassFigures {
  readonly label: number;
  readonly correct: number;
  readonly total: number;
  /** Share of the class's examples that were recognised. */
  readonly recall: number;
  /** The class that it was most often taken for, where it ever was. */
  readonly takenFor: { readonly label: number; readonly count: number } | undefined;
}

/** Examples on the diagonal, and all of them. */
export function accuracyOf(confusion: readonly (readonly number[])[]): { correct: number; total: number } {
  const classes = confusion.map((_, label) => classFigures(confusion, label));
  return {
    correct: classes.reduce((sum, { correct }) => sum + correct, 0),
    total: classes.reduce((sum, { total }) => sum + total, 0),
  };
}

/** The row of one class, summed up. */
export function classFigures(confusion: readonly (readonly number[])[], label: number): ClassFigures {
  const row = confusion[label] ?? [];
  const correct = row[label] ?? 0;
  const total = row.reduce((sum, count) => sum + count, 0);
  const others = row.map((count, other) => (other === label ? 0 : count));
  const count = Math.max(0, ...others);
  const takenFor = count > 0 ? { label: others.indexOf(count), count } : undefined;
  return { label, correct, total, recall: total === 0 ? 0 : correct / total, takenFor };
}

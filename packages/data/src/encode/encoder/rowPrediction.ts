import { OptionError } from '@fluxion/tensor';
import { inTargetUnits, type Target } from './target.js';

/** Probability of each class, and the likeliest one. */
export interface ClassPrediction {
  readonly class: string;
  readonly probability: number;
  /** Of every class, by name. */
  readonly probabilities: Readonly<Record<string, number>>;
}

/** What a model says of a row, in the terms of the table. */
export type RowPrediction = ClassPrediction | number;

/** What the output of an example says of a target. @throws {OptionError} when it has not as many units as that takes. */
export function rowPrediction(found: Target, values: ArrayLike<number>): RowPrediction {
  if (found.kind === 'number') {
    expectUnits(found.column, 1, values.length);
    return inTargetUnits(found, values[0] as number);
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

function expectUnits(column: string, expected: number, units: number): void {
  if (units === expected) return;
  throw new OptionError(
    `encoder decode: expected ${expected} units for '${column}', got ${units}; give the model's output so many`,
  );
}

import type { FlowGraph } from '@fluxion/graph';
import { type DataPlace, type DType, type Floats, sizeOf } from '@fluxion/tensor';
import type { TaskOutput } from '../model/task.js';

/** What is written of each prediction of an output. */
export interface PredictionLayout {
  /** The most probable class, by its name or, without names, by its number; absent where nothing is classified. */
  readonly label: { readonly heading: string; readonly names: readonly string[] | undefined } | undefined;
  /** What to call each number that the model answers, in a file that has a column for each. */
  readonly headings: readonly string[];
  /** What to call them together, in a file that has a column of lists for them; absent where each has its column. */
  readonly list: string | undefined;
  /** Of the numbers: float64 where they are in the units of the table. */
  readonly dtype: DType;
}

/**
 * What to write of the predictions of an output.
 *
 * @param columns what it predicts, where that is known
 * @param isOnly whether the model has no other: those of several outputs are told apart by their columns
 */
export function predictionLayout(
  model: FlowGraph,
  { output, loss, names, mean, deviation, isLog }: Omit<TaskOutput, 'columns' | 'classes'>,
  columns: readonly string[],
  isOnly = true,
): PredictionLayout {
  const own = isOnly ? '' : `_${columns.join('_')}`;
  const size = sizeOf(model.box(output).shape);
  const numbered = (word: string): string[] =>
    Array.from({ length: size }, (_, i) => `${word}${own}_${names?.[i] ?? i}`);
  const heading = `label${own}`;
  const dtype = mean === 0 && deviation === 1 && isLog !== true ? 'float32' : 'float64';
  if (loss.targets === 'labels') {
    return {
      label: { heading, names },
      headings: numbered('probability'),
      list: `probabilities${own}`,
      dtype,
    };
  }
  const isProbability = loss.link === 'sigmoid';
  const word = isProbability ? 'probability' : 'prediction';
  const label = isProbability && size === 1 ? { heading, names } : undefined;
  // One unit is the probability of the second class.
  const second = isProbability && names?.[1] !== undefined ? `_${names[1]}` : '';
  if (size === 1) return { label, headings: [`${word}${own}${second}`], list: undefined, dtype };
  // One column of lists answers one column of lists.
  if (columns.length !== size) {
    return { label, headings: numbered(word), list: isProbability ? 'probabilities' : 'prediction', dtype };
  }
  return { label, headings: columns.map((column) => `${word}_${column}`), list: undefined, dtype };
}

/** What an output says of a minibatch, in the terms of the table. Lent until the next one. */
export interface OutputPrediction {
  /** Numbers of each example, row after row. */
  readonly numbers: Floats;
  /** The class of each example; empty where nothing is classified. */
  readonly labels: Int32Array;
}

/** What is written of the place that a row comes from. */
export type PlaceColumn = 'file' | 'line' | 'row';

/** Writes predictions to a file, a minibatch at a time. */
export interface PredictionsWriter {
  /**
   * @param predictions of each output of the layout, on so many rows
   * @param locate where a row comes from
   */
  write(rows: number, predictions: readonly OutputPrediction[], locate?: (row: number) => DataPlace): void;
  /** Ends what is written; nothing may come after it. */
  end(): void;
}

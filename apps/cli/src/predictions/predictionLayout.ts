import type { FlowGraph, Loss } from '@fluxion/graph';
import type { Prediction } from '@fluxion/pipeline';
import { sizeOf } from '@fluxion/tensor';
import { mainOutput } from '../model/lossFor.js';
import type { TargetColumns } from '../model/modelAbout.js';

/** What is written of each prediction. */
export interface PredictionLayout {
  /** The most probable class, by its name or, without names, by its number; absent where nothing is classified. */
  readonly label: { readonly names: readonly string[] | undefined } | undefined;
  /** What to call each number that the model answers, in a file that has a column for each. */
  readonly headings: readonly string[];
  /** What to call them together, in a file that has a column of lists for them; absent where each has its column. */
  readonly list: string | undefined;
}

/**
 * What to write of the predictions of a model that was trained with this loss.
 *
 * @param target what it was trained on, where that is known
 */
export function predictionLayout(
  model: FlowGraph,
  loss: Loss,
  target: TargetColumns | undefined,
): PredictionLayout {
  const { names, columns = [] } = target ?? {};
  const size = sizeOf(mainOutput(model).shape);
  const numbered = (name: string): string[] =>
    Array.from({ length: size }, (_, i) => `${name}_${names?.[i] ?? i}`);
  if (loss.targets === 'labels') {
    return { label: { names }, headings: numbered('probability'), list: 'probabilities' };
  }
  const isProbability = loss.link === 'sigmoid';
  const word = isProbability ? 'probability' : 'prediction';
  const label = isProbability && size === 1 ? { names: undefined } : undefined;
  if (size === 1) return { label, headings: [word], list: undefined };
  // One column of lists answers one column of lists.
  if (columns.length !== size) {
    return { label, headings: numbered(word), list: isProbability ? 'probabilities' : 'prediction' };
  }
  return { label, headings: columns.map((column) => `${word}_${column}`), list: undefined };
}

/** Writes predictions to a file, a minibatch at a time. */
export interface PredictionsWriter {
  write(prediction: Prediction): void;
  /** Ends what is written; nothing may come after it. */
  end(): void;
}

import type { FlowGraph, Loss } from '@fluxion/graph';
import { sizeOf } from '@fluxion/tensor';
import type { ModelAbout } from '../model/modelAbout.js';
import type { PredictionLayout } from './predictionLayout.js';

/** What to write of the predictions of a model that was trained with this loss. */
export function layoutOf(model: FlowGraph, { target }: ModelAbout, loss: Loss): PredictionLayout {
  const size = sizeOf(model.box(model.outputs[0] as string).shape);
  const numbered = (name: string): string[] =>
    Array.from({ length: size }, (_, i) => `${name}_${target.names?.[i] ?? i}`);
  if (loss.targets === 'labels') {
    return { label: { names: target.names }, headings: numbered('probability'), list: 'probabilities' };
  }
  const isProbability = loss.link === 'sigmoid';
  const word = isProbability ? 'probability' : 'prediction';
  const label = isProbability && size === 1 ? { names: undefined } : undefined;
  if (size === 1) return { label, headings: [word], list: undefined };
  // One column of lists answers one column of lists.
  if (target.columns.length !== size) {
    return { label, headings: numbered(word), list: isProbability ? 'probabilities' : 'prediction' };
  }
  return { label, headings: target.columns.map((column) => `${word}_${column}`), list: undefined };
}

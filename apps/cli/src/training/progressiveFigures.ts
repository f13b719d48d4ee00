import { type ModelMetric, meanLoss, type Prequential, prequential } from '@fluxion/pipeline';
import type { Figures } from '../measuring/figures.js';
import { figuresOf, outputMetrics } from '../measuring/measure.js';
import { lossesOf, type Task } from '../model/task.js';

/** Examples that the figures of the last ones are over. */
export const WINDOW = 1000;

/** Counts how well examples are predicted before they are learned from. */
export type ProgressiveCount = Prequential<Readonly<Record<string, ModelMetric<number>>>>;

/** How well they were predicted: all so far, and the last of them. */
export interface ProgressiveFigures {
  readonly examples: number;
  readonly all: Figures;
  readonly window: Figures;
}

/** A count for the outputs of a task. */
export function progressiveFigures(task: Task): ProgressiveCount {
  return prequential({ loss: meanLoss(lossesOf(task)), ...outputMetrics(task) }, { window: WINDOW });
}

/** What a count has come to. */
export function progressiveSoFar(task: Task, { figures }: ProgressiveCount): ProgressiveFigures {
  const { examples, all, window } = figures;
  const of = (found: typeof all): Figures =>
    figuresOf(task, found.loss as number, (name) => found[name] as number);
  return { examples, all: of(all), window: of(window) };
}

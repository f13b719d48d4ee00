import type { Examples } from '@fluxion/data';
import { elements } from '@fluxion/tensor';
import { type Task, targetOf } from '../model/task.js';
import { addTarget, type TargetSample, targetSample } from './targetSample.js';

/** Counts the targets of examples: what a model is to beat is to say the same of every row. */
export interface TargetCounts {
  add(examples: Examples): void;
  /** By output of the task. */
  readonly outputs: readonly OutputCount[];
}

/** The targets of one output, each times what its row counts. */
export interface OutputCount {
  examples: number;
  /** Examples by label; empty where it is a number. */
  readonly labels: number[];
  /** Sums of the values, as the model sees them, unit by unit. */
  readonly sums: number[];
  /** What tells the median, where the loss is least there. */
  readonly sample?: TargetSample;
}

/** Losses that are least at the median. */
const OF_MEDIAN: readonly string[] = ['absoluteError', 'quantileError'];

export function targetCounts(task: Pick<Task, 'outputs'>): TargetCounts {
  const counts = task.outputs.map(({ classes = 0, loss }): OutputCount => {
    const labels = new Array(classes).fill(0);
    const sample = OF_MEDIAN.includes(loss.kind) && { sample: targetSample() };
    return { examples: 0, labels, sums: [], ...sample };
  });
  return goOnCounting(task, counts);
}

/** Counts on from what has been counted. */
export function goOnCounting(
  { outputs }: Pick<Task, 'outputs'>,
  counts: readonly OutputCount[],
): TargetCounts {
  return {
    outputs: counts,
    add({ targets, size, weights }) {
      const each = weights === undefined ? new Float64Array(size).fill(1) : elements(weights);
      for (const [i, output] of outputs.entries()) {
        const { classes } = output;
        const given = targetOf(outputs, output, targets);
        if (given === undefined) continue;
        const count = counts[i] as OutputCount;
        const values = elements(given);
        const width = values.length / size;
        for (let example = 0; example < size; example++) {
          const weight = each[example] as number;
          count.examples += weight;
          if (count.sample) {
            addTarget(count.sample, values.subarray(example * width, (example + 1) * width), weight);
          }
          for (let j = example * width; j < (example + 1) * width; j++) {
            const value = values[j] as number;
            if (classes !== undefined) count.labels[value] = (count.labels[value] ?? 0) + weight;
            else {
              const unit = j - example * width;
              count.sums[unit] = (count.sums[unit] ?? 0) + weight * value;
            }
          }
        }
      }
    },
  };
}

import type { Examples } from '@fluxion/data';
import { elements } from '@fluxion/tensor';
import type { Figures, OutputFigures } from '../measuring/figures.js';
import { type Task, type TaskOutput, targetOf } from '../model/task.js';

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
  /** Sums of the values and of their squares, as the model sees them. */
  sum: number;
  squares: number;
  values: number;
}

export function targetCounts(task: Pick<Task, 'outputs'>): TargetCounts {
  const counts = task.outputs.map(({ classes = 0 }): OutputCount => {
    return { examples: 0, labels: new Array(classes).fill(0), sum: 0, squares: 0, values: 0 };
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
          for (let j = example * width; j < (example + 1) * width; j++) {
            const value = values[j] as number;
            if (classes !== undefined) count.labels[value] = (count.labels[value] ?? 0) + weight;
            count.sum += weight * value;
            count.squares += weight * value * value;
            count.values += weight;
          }
        }
      }
    },
  };
}

/** What it comes to, on some examples, to say of each what is commonest, or the mean, among those trained on. */
export interface Baseline {
  readonly figures: Figures;
  /** In words: `always 'no'`, or `always the mean`. */
  readonly rule: string;
}

/** @param measured targets of the examples that the model is measured on */
export function baseline(
  task: Pick<Task, 'outputs'>,
  trained: TargetCounts,
  measured: TargetCounts,
): Baseline {
  const all = task.outputs.map((output, i) =>
    outputBaseline(output, trained.outputs[i] as OutputCount, measured.outputs[i] as OutputCount),
  );
  const loss = all.reduce((sum, { loss }) => sum + loss, 0);
  const [only = { figures: {}, rule: '' }, ...others] = all;
  const named = all.map(({ figures }, i) => [task.outputs[i]?.columns.join(', ') ?? '', figures] as const);
  return others.length === 0
    ? { figures: { loss, ...only.figures }, rule: only.rule }
    : { figures: { loss, ...Object.fromEntries(named) }, rule: 'always the commonest class, or the mean' };
}

/** Probability of a class that was not seen in training, so that it costs much and not everything. */
const LEAST = 1e-7;

function outputBaseline(
  { classes, names, loss: { classWeights = [] }, deviation }: TaskOutput,
  trained: OutputCount,
  measured: OutputCount,
): { readonly loss: number; readonly figures: OutputFigures; readonly rule: string } {
  if (classes === undefined) {
    const mean = trained.sum / trained.values;
    const square = (measured.squares - 2 * mean * measured.sum) / measured.values + mean ** 2;
    const spread = measured.squares - measured.sum ** 2 / measured.values;
    const r2 = 1 - (square * measured.values) / spread;
    return {
      loss: (square * measured.values) / measured.examples / 2,
      figures: { rmse: deviation * Math.sqrt(square), ...(Number.isFinite(r2) && { r2 }) },
      rule: 'always the mean',
    };
  }
  const commonest = trained.labels.indexOf(Math.max(...trained.labels));
  const weight = (label: number): number => classWeights[label] ?? 1;
  const mass = trained.labels.reduce((sum, count, label) => sum + weight(label) * count, 0);
  let [loss, total] = [0, 0];
  for (const [label, count] of measured.labels.entries()) {
    const share = (weight(label) * (trained.labels[label] ?? 0)) / mass;
    loss -= weight(label) * count * Math.log(Math.max(LEAST, share));
    total += weight(label) * count;
  }
  return {
    loss: loss / (classWeights.length === 0 ? total : measured.examples),
    figures: {
      accuracy: (measured.labels[commonest] ?? 0) / measured.examples,
      balancedAccuracy: 1 / measured.labels.filter((count) => count > 0).length,
    },
    rule: `always ${names?.[commonest] === undefined ? commonest : `'${names[commonest]}'`}`,
  };
}

import type { Examples, RowFilter, Shard, Source } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { accuracy, balancedAccuracy, f1, type Metric, mae, r2, rmse, rocAuc } from '@fluxion/metrics';
import { evaluate, examples, type ModelMetric, meanLoss, ofOutput, untilAborted } from '@fluxion/pipeline';
import { DataError, elements, StateError, sizeOf, type Tensor } from '@fluxion/tensor';
import { type Observable, tap } from 'rxjs';
import { lossesOf, type Task, type TaskOutput } from '../model/task.js';
import type { Figures, OutputFigures } from './figures.js';

/** Figures, and on how many examples. */
export interface Measurement {
  readonly examples: number;
  readonly figures: Figures;
}

/** What to measure on. */
export interface MeasureOptions {
  /** Which rows; all by default. */
  readonly rows?: RowFilter | undefined;
  /** Which share of them, where several processes measure together. */
  readonly shard?: Shard | undefined;
  /** Sees each minibatch, as to count something else on the way. */
  readonly watch?: ((examples: Examples) => void) | undefined;
  readonly signal: AbortSignal;
}

/** How a model is measured on a table: the examples, what is computed of them, and what figures that makes. */
export interface Measuring {
  readonly model: FlowGraph;
  readonly examples: Observable<Examples>;
  readonly metrics: Readonly<Record<string, ModelMetric<number>>>;
  /** @throws {StateError} when the loss is not finite. */
  figures(found: Readonly<Record<string, unknown>>): Figures;
}

/** Describes how a model is measured on a table: its loss, and of classes or numbers what is usual. */
export function measuring(
  model: FlowGraph,
  task: Task,
  source: Source,
  { rows, shard, watch, signal }: MeasureOptions,
): Measuring {
  return {
    model,
    examples: examples(source, {
      ...task.examples(true),
      batchSize: batchSizeFor(model, 256),
      rows,
      shard,
    }).pipe(untilAborted(signal), tap(watch ?? (() => {}))),
    metrics: { loss: finiteLoss(task), ...outputMetrics(task) },
    figures(found) {
      const loss = found.loss as number;
      if (!Number.isFinite(loss)) {
        const kinds = task.outputs.map((output) => output.loss.kind).join(', ');
        throw new StateError(
          `loss ${kinds} over ${source.name}: expected a finite number, got ${loss}; the model is far from these targets: train it again, with a smaller --learning-rate`,
        );
      }
      return figuresOf(task, loss, (name) => found[name] as number);
    },
  };
}

/**
 * Measures a model on a table. An abort ends it, and what it answers then is of no use.
 *
 * @throws {DataError} when the table cannot be used, holds no example, or one of which the model makes no finite number;
 *   {StateError} when the loss is not finite all the same.
 */
export async function measure(
  model: FlowGraph,
  task: Task,
  source: Source,
  options: MeasureOptions,
): Promise<Measurement> {
  let count = 0;
  const { examples, metrics, figures } = measuring(model, task, source, {
    ...options,
    watch(minibatch) {
      count += minibatch.size;
      options.watch?.(minibatch);
    },
  });
  const found = await evaluate(model, examples, metrics);
  if (options.signal.aborted) return { examples: count, figures: { loss: Number.NaN } };
  if (count === 0) {
    throw new DataError('expected examples, got no rows; give data with rows', { file: source.name });
  }
  return { examples: count, figures: figures(found) };
}

/** Metrics of every output, under the names that `figuresOf` asks for. */
export function outputMetrics({
  outputs,
}: Pick<Task, 'outputs'>): Readonly<Record<string, ModelMetric<number>>> {
  return Object.fromEntries(
    outputs.flatMap((output, i) =>
      Object.entries(metricsOf(output)).map(([name, metric]) => [
        `${i} ${name}`,
        ofOutput(output.output, metric),
      ]),
    ),
  );
}

/** Figures in the units of the table; those that are undefined, as R² of equal numbers, are left out. */
export function figuresOf(
  { outputs, examples }: Pick<Task, 'outputs' | 'examples'>,
  loss: number,
  of: (name: string) => number,
): Figures {
  // The model's encoder knows the target.
  const isInUnits = 'encoder' in examples(true);
  const all = outputs.map((output, i): readonly [string, OutputFigures] => {
    const values = Object.keys(metricsOf(output)).map((name) => {
      const unit = !isInUnits && (name === 'rmse' || name === 'mae') ? output.deviation : 1;
      return [name, unit * of(`${i} ${name}`)] as const;
    });
    return [
      output.columns.join(', '),
      Object.fromEntries(values.filter(([, value]) => !Number.isNaN(value))),
    ];
  });
  const [[, only] = ['', {}], ...others] = all;
  return { loss, ...(others.length === 0 ? only : Object.fromEntries(all)) };
}

function metricsOf({ classes, loss }: TaskOutput): Readonly<Record<string, Metric>> {
  if (classes === undefined) return loss.targets === 'values' ? { rmse: rmse(), mae: mae(), r2: r2() } : {};
  const figures = { accuracy: accuracy(), balancedAccuracy: balancedAccuracy(), f1: f1() };
  return classes === 2 ? { ...figures, rocAuc: rocAuc() } : figures;
}

/** Numbers that the largest box, or input, of a minibatch may hold: 16 MB of float32. */
const LARGEST = 2 ** 22;

/** Examples that go through a model together without training it: so many, or as many as are no more than some MB. */
export function batchSizeFor(model: FlowGraph, most: number): number {
  const shapes = [...Object.values(model.inputs), ...model.boxes.map(({ shape }) => shape)];
  return Math.max(1, Math.min(most, Math.floor(LARGEST / Math.max(...shapes.map(sizeOf)))));
}

/** The mean loss. Ends where the model makes no number of an example. */
function finiteLoss(task: Task): ModelMetric<number> {
  const metric = meanLoss(lossesOf(task));
  return {
    ...metric,
    bind(model, links) {
      const observe = metric.bind(model, links);
      return (tape, examples) => {
        for (const { output } of task.outputs) expectFiniteOutput(tape.value(output), examples);
        return observe(tape, examples);
      };
    },
  };
}

/**
 * Refuses what a model makes of a minibatch where it is no number.
 *
 * @throws {DataError} naming the row of the first such example.
 */
export function expectFiniteOutput(output: Tensor, examples: Examples): void {
  const values = elements(output);
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong === -1) return;
  throw new DataError(
    `expected a finite number from the model, got ${values[wrong]}; look for inputs that are not finite or very large, or for a model that has diverged`,
    examples.locate?.(Math.floor((wrong * examples.size) / values.length)),
  );
}

import { holdOut, type InputPlaces } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { calibration, confusion, curves, rocAuc } from '@fluxion/metrics';
import {
  evaluate,
  examples,
  fprop,
  type Metrics,
  ofOutput,
  permutationImportance,
  untilAborted,
} from '@fluxion/pipeline';
import {
  boxSummaries,
  type EpochFigures,
  type Importance,
  LossRecord,
  type Figures as PageFigures,
  type RocCurve,
  type Run,
  type Setting,
  type Target,
} from '@fluxion/report';
import { elements, type Savable, type Saved, StateError, type Tensor, tensor } from '@fluxion/tensor';
import { tap } from 'rxjs';
import type { Figures } from '../measuring/figures.js';
import { batchSizeFor, expectFiniteOutput } from '../measuring/measure.js';
import { countParameters } from '../model/modelSummary.js';
import { inTable, lossesOf, type Task, targetOf } from '../model/task.js';
import type { ValidationRows } from '../training/validationTable.js';
import type { Plan, RunResult, TrainingReport } from './trainingReport.js';
import { worstRows } from './worstRows.js';

/** Keeps what is told of a run, for a page of it. */
export interface RunRecord extends TrainingReport, Savable {
  /**
   * The run as the page has it.
   *
   * @param result what it came to
   * @param model with the weights that were kept
   * @param measured what it is measured on
   */
  run(
    result: RunResult,
    model: FlowGraph,
    measured: ValidationRows,
    settings: readonly Setting[],
    signal: AbortSignal,
  ): Promise<Run>;
}

/** Passes everything on to a report, and keeps it. */
export function recordRun(report: TrainingReport, epochs: number): RunRecord {
  let plan: Plan | undefined;
  let losses: LossRecord | undefined;
  let before = { epoch: 0, examples: 0, sum: 0 };
  let seconds = 0;
  const figures: EpochFigures[] = [];
  const warnings: string[] = [];
  return {
    ...report,
    start(given) {
      plan = given;
      losses = new LossRecord((given.trainingRows ?? 100_000) * epochs);
      report.start(given);
    },
    warn(text) {
      warnings.push(text);
      report.warn(text);
    },
    progress(progress) {
      const { epoch, examples, loss } = progress;
      const start = epoch === before.epoch ? before : { examples: 0, sum: 0 };
      const sum = loss * examples;
      const size = examples - start.examples;
      if (size > 0) losses?.add((sum - start.sum) / size, size);
      before = { epoch, examples, sum };
      report.progress(progress);
    },
    epoch(done) {
      seconds += done.seconds;
      figures.push({
        epoch: done.epoch,
        training: flat(done.training),
        ...(done.validation && { validation: flat(done.validation) }),
        seconds: done.seconds,
      });
      report.epoch(done);
    },
    save() {
      const points = losses?.points ?? [];
      const of = (name: 'example' | 'loss') => tensor(Float64Array.from(points, (point) => point[name]));
      return {
        kind: 'runRecord',
        options: JSON.parse(JSON.stringify({ before, seconds, figures, warnings })) as Saved['options'],
        tensors: new Map([
          ['examples', of('example')],
          ['losses', of('loss')],
        ]),
      };
    },
    restore({ options, tensors }) {
      const saved = options as unknown as {
        before: typeof before;
        seconds: number;
        figures: EpochFigures[];
        warnings: string[];
      };
      ({ before, seconds } = saved);
      figures.push(...saved.figures);
      // What is said of the columns is said again when the run goes on.
      warnings.unshift(...saved.warnings.filter((text) => !warnings.includes(text)));
      const [ends = [], means = []] = ['examples', 'losses'].map((name) => [
        ...elements(tensors.get(name) ?? tensor([])),
      ]);
      for (const [i, end] of ends.entries()) losses?.add(means[i] as number, end - (ends[i - 1] ?? 0));
    },
    async run(result, model, measured, settings, signal) {
      if (plan === undefined) {
        throw new StateError('run record: expected a run that has begun, got none; call start first');
      }
      const { task } = plan;
      const { targets, rows } = await pageTargets(model, task, measured, result, signal);
      const { importance, why } = await columnImportance(
        model,
        task,
        sampleOf(measured, MATTERED / rows),
        signal,
      );
      if (why !== undefined) warnings.push(`which columns matter was not measured: ${why}`);
      const byImportance = (importance ?? task.columns).map(({ column }) => column);
      const worst = await worstRows(model, task, measured, byImportance.slice(0, SHOWN), signal);
      return {
        title: task.outputs.map(({ columns }) => columns.join(', ')).join(', '),
        rows: plan.trainingRows ?? 0,
        measured: { name: 'validation', rows },
        examples: result.examples,
        seconds,
        ...(result.best && { bestEpoch: result.best.epoch }),
        losses: losses?.points ?? [],
        epochs: figures,
        targets,
        columns: task.columns,
        leftOut: task.leftOut,
        ...(importance && { importance }),
        worst,
        warnings,
        boxes: boxSummaries(model),
        settings,
      };
    },
  };
}

/** Columns that are shown of the worst rows. */
const SHOWN = 6;

/** Multiplications that finding out which columns matter may take. */
const MOST_WORK = 1e10;

/** Examples that tell which columns matter, or a few more or less. */
const MATTERED = 1000;

/** Which columns matter, or why that is not found out. */
async function columnImportance(
  model: FlowGraph,
  task: Task,
  { source, rows }: ValidationRows,
  signal: AbortSignal,
): Promise<{ readonly importance?: readonly Importance[]; readonly why?: string }> {
  const columns = model.encoder === undefined ? rawPlaces(model, task) : undefined;
  if (model.encoder === undefined && columns === undefined) {
    return { why: 'the model takes columns as they are, by several inputs' };
  }
  const maxExamples = Math.floor(MOST_WORK / (task.columns.length * countParameters(model)));
  if (maxExamples < 50) return { why: 'it would take long, of so many columns and weights' };
  const held = examples(source, { ...task.examples(true), batchSize: 256, rows }).pipe(untilAborted(signal));
  const importance = await permutationImportance(model, held, {
    loss: lossesOf(task),
    columns,
    maxExamples: Math.min(2 * MATTERED, maxExamples),
  });
  return { importance };
}

/** Where the columns are that a model takes as they are, one after the other in its one input; undefined where it has several. */
function rawPlaces(
  model: FlowGraph,
  { columns }: Task,
): Readonly<Record<string, readonly InputPlaces[]>> | undefined {
  const [input, ...others] = Object.keys(model.description.inputs);
  if (input === undefined || others.length > 0) return undefined;
  let from = 0;
  return Object.fromEntries(
    columns.map(({ column, width }) => {
      const place = { input, from, width };
      from += width;
      return [column, [place]];
    }),
  );
}

/** A fair sample of the rows that are measured: each is taken with this probability. */
function sampleOf(measured: ValidationRows, share: number): ValidationRows {
  if (share >= 1) return measured;
  const { source, rows } = measured;
  const { validation: isDrawn } = holdOut(share, SAMPLE);
  return { source, rows: (row) => (rows?.(row) ?? true) && isDrawn(row), count: undefined };
}

/** Seed of the sample, another than that by which rows are held out. */
const SAMPLE = 1;

/** Figures of several targets, each under its own name. */
function flat(figures: Figures): PageFigures {
  return Object.fromEntries(
    Object.entries(figures).flatMap(([name, value]) =>
      typeof value === 'number'
        ? [[name, value] as const]
        : Object.entries(value).map(([figure, number]) => [`${name} ${figure}`, number] as const),
    ),
  );
}

/** Predictions of numbers that are drawn, or a few more or less. */
const DRAWN = 1000;

async function pageTargets(
  model: FlowGraph,
  task: Task,
  measured: ValidationRows,
  { validation, baseline }: RunResult,
  signal: AbortSignal,
): Promise<{ readonly targets: readonly Target[]; readonly rows: number }> {
  const batchSize = batchSizeFor(model, 256);
  const examplesOf = ({ source, rows }: ValidationRows) =>
    examples(source, { ...task.examples(true), batchSize, rows }).pipe(untilAborted(signal));
  const metrics: Record<string, Metrics[string]> = {};
  for (const [i, output] of task.outputs.entries()) {
    if (output.classes === undefined) continue;
    metrics[`${i} confusion`] = ofOutput(output.output, confusion());
    metrics[`${i} calibration`] = ofOutput(output.output, calibration());
    for (const label of drawnClasses(output.classes)) {
      metrics[`${i} curves ${label}`] = ofOutput(output.output, curves({ class: label }));
      metrics[`${i} area ${label}`] = ofOutput(output.output, rocAuc({ class: label }));
    }
  }
  let count = 0;
  const counted = examplesOf(measured).pipe(
    tap(({ size }) => {
      count += size;
    }),
  );
  const found: Readonly<Record<string, unknown>> = await evaluate(model, counted, metrics);
  const drawn = task.outputs.map((): { target: number; prediction: number }[] => []);
  const numbers = task.outputs.flatMap((output, i) =>
    output.classes === undefined ? [{ output, points: drawn[i] ?? [] }] : [],
  );
  if (numbers.length > 0) {
    await examplesOf(sampleOf(measured, DRAWN / count))
      .pipe(fprop(model))
      .forEach(({ tape, examples }) => {
        for (const { output, points } of numbers) {
          const value = tape.value(output.output);
          expectFiniteOutput(value, examples);
          const predictions = elements(value);
          const truths = elements(targetOf(task.outputs, output, examples.targets) as Tensor);
          for (let row = 0; row < examples.size; row++) {
            points.push({
              target: output.mean + output.deviation * (truths[row] as number),
              prediction: inTable(output, predictions[row] as number),
            });
          }
        }
      });
  }
  const targets = task.outputs.map((output, i): Target => {
    const name = output.columns.join(', ');
    const own = figuresOfTarget(task, validation, name);
    const beaten = figuresOfTarget(task, baseline?.figures, name);
    const common = {
      name,
      figures: own,
      ...(baseline && { baseline: { answer: baseline.answers[i] ?? '', figures: beaten } }),
    };
    if (output.classes === undefined) return { ...common, kind: 'number', predictions: drawn[i] ?? [] };
    const classes = output.names ?? Array.from({ length: output.classes }, (_, label) => String(label));
    const roc = drawnClasses(output.classes).map((label) => ({
      name: classes[label] ?? String(label),
      area: found[`${i} area ${label}`] as number,
      points: thinned(found[`${i} curves ${label}`] as RocCurve['points']),
    }));
    const { bins } = found[`${i} calibration`] as ReturnType<
      ReturnType<typeof calibration>['start']
    >['value'];
    return {
      ...common,
      kind: 'classes',
      classes,
      confusion: found[`${i} confusion`] as readonly (readonly number[])[],
      calibration: bins.filter(({ weight }) => weight > 0),
      // Of a class without examples, or without others, there is none.
      roc: roc.filter(({ area }) => !Number.isNaN(area)),
    };
  });
  return { targets, rows: count };
}

/** Classes whose curves are found out, at most. */
const CURVES = 100;

/** The classes that have a curve each; of two classes the second. */
function drawnClasses(classes: number): readonly number[] {
  if (classes === 2) return [1];
  return classes > CURVES ? [] : Array.from({ length: classes }, (_, label) => label);
}

/** So many points draw the same curve as very many. */
function thinned<Point>(points: readonly Point[]): readonly Point[] {
  const step = Math.max(1, Math.floor(points.length / 400));
  return points.filter((_, i) => i % step === 0 || i === points.length - 1);
}

function figuresOfTarget(task: Task, figures: Figures | undefined, name: string): PageFigures {
  if (figures === undefined) return {};
  if (task.outputs.length === 1) return flat(figures);
  const own = figures[name];
  return typeof own === 'object' ? own : {};
}

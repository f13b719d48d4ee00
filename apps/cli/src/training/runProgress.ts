import type { Position } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import type { RunningMetric } from '@fluxion/metrics';
import type { Forward, Step } from '@fluxion/pipeline';
import { elements, type Json, type Savable, type Saved, type Tensor, tensor } from '@fluxion/tensor';
import type { Figures } from '../measuring/figures.js';
import { figuresOf, outputMetrics } from '../measuring/measure.js';
import type { BestEpoch } from '../model/modelAbout.js';
import type { Task } from '../model/task.js';
import type { EpochProgress, RunResult } from '../reporting/trainingReport.js';
import type { Job } from './job.js';
import { goOnCounting, type OutputCount, type TargetCounts, targetCounts } from './targetCounts.js';

/** Examples of an epoch: of all ranks, and those that the sum of losses is over, all in a step of all, else this rank's. */
const noExamples = { examples: 0, own: 0, sum: 0, seconds: 0 };

/** What a run has come to so far, besides its weights: it is saved with them, so that nothing is counted twice or lost. */
export class RunProgress implements Savable {
  /** Examples that were trained on. */
  examples = 0;
  /** Epochs that were finished. */
  finished = 0;
  /** Mean loss over a few examples before the first update. */
  lossBefore: number | undefined;
  /** Mean loss over the examples of the last epoch. */
  loss: number | undefined;
  best: BestEpoch | undefined;
  /** Figures of the best epoch. */
  validation: Figures | undefined;
  stoppedEarly = false;
  /** Where the order of examples goes on. */
  position: Position;
  /** Targets of the examples of the first epoch. */
  trained: TargetCounts;
  readonly #model: FlowGraph;
  readonly #task: Task;
  /** Of the current epoch. */
  #epoch = noExamples;
  #metrics: ReadonlyMap<string, RunningMetric>;
  #observers: readonly ((forward: Forward) => void)[] = [];
  #since = performance.now();
  /** Examples that have been seen and not learned from yet, over all ranks. */
  #size = 0;

  /** @param before where the run begins, and the best epoch before it */
  constructor(
    model: FlowGraph,
    task: Task,
    before: { readonly position: Position; readonly best: BestEpoch | undefined },
  ) {
    this.#model = model;
    this.#task = task;
    this.position = before.position;
    this.best = before.best;
    this.trained = targetCounts(task);
    this.#metrics = this.#start();
  }

  /** Goes on with the current epoch, after a pause. */
  begin(): void {
    this.#since = performance.now() - 1000 * this.#epoch.seconds;
    if (this.position.row === 0) this.#beginEpoch();
  }

  /** Sees what is predicted of examples before it is learned from. */
  see(forward: Forward): void {
    const { examples } = forward;
    this.#size = examples.total ?? examples.size;
    if (examples.borrowed === true) return;
    if (this.finished === 0) this.trained.add(forward.examples);
    for (const observe of this.#observers) observe(forward);
  }

  step({ size, loss, position }: Step): void {
    const { examples, own, sum } = this.#epoch;
    const met = this.#size;
    this.#size = 0;
    this.examples += met;
    this.#epoch = {
      examples: examples + met,
      own: own + size,
      // None are a rank's own where they are borrowed.
      sum: size > 0 ? sum + size * loss : sum,
      seconds: (performance.now() - this.#since) / 1000,
    };
    this.position = position ?? this.position;
  }

  /** How far the current epoch has come. */
  get progress(): EpochProgress {
    const { examples, own, sum, seconds } = this.#epoch;
    return { epoch: this.finished + 1, examples, seconds, loss: sum / own };
  }

  /** Examples of the current epoch that have been seen, whether learned from or not. */
  get met(): number {
    return this.#epoch.examples + this.#size;
  }

  /** Ends the current epoch, of which the ranks of a job have each counted their share. */
  endEpoch(job?: Job): EpochProgress & { readonly training: Figures } {
    if (job !== undefined) {
      const { own, sum } = this.#epoch;
      this.#epoch = { ...this.#epoch, own: job.sum(own), sum: job.sum(sum) };
    }
    const { progress } = this;
    const metrics = outputMetrics(this.#task);
    const figures = new Map(
      [...this.#metrics].map(([name, running]) => {
        const metric = metrics[name]?.metric;
        const counted = job === undefined || metric === undefined ? running : job.merge(metric, running);
        return [name, counted.value] as const;
      }),
    );
    const of = (name: string): number => figures.get(name) ?? Number.NaN;
    this.finished++;
    this.loss = progress.loss;
    const training = figuresOf(this.#task, progress.loss, of);
    this.#beginEpoch();
    return { ...progress, training };
  }

  /** What it has all come to. */
  get result(): Omit<RunResult, 'stopped' | 'baseline' | 'isDecided'> {
    const { examples, finished: epochs, loss, validation, best, stoppedEarly } = this;
    return { examples, epochs, loss, validation, best, stoppedEarly };
  }

  /** Counts from here on: another rank has what was counted so far. */
  countFromHere(): void {
    this.trained = targetCounts(this.#task);
    this.#metrics = this.#start();
  }

  /** Takes the targets together that the ranks of a job have counted. */
  mergeTrained({ ranks }: Job): void {
    const [first = [], ...others] = ranks.gather(this.trained.outputs);
    const add = (sums: number[], more: readonly number[]): void =>
      more.forEach((number, i) => {
        sums[i] = (sums[i] ?? 0) + number;
      });
    for (const outputs of others) {
      for (const [i, { examples, labels, sums }] of outputs.entries()) {
        const count = first[i] as OutputCount;
        count.examples += examples;
        add(count.labels, labels);
        add(count.sums, sums);
      }
    }
    this.trained = goOnCounting(this.#task, first);
  }

  #beginEpoch(): void {
    this.#epoch = noExamples;
    this.#since = performance.now();
    this.#metrics = this.#start();
  }

  #start(): ReadonlyMap<string, RunningMetric> {
    return this.#bind(({ metric }) => metric.start());
  }

  #bind(
    begin: (metric: ReturnType<typeof outputMetrics>[string], name: string) => RunningMetric,
  ): ReadonlyMap<string, RunningMetric> {
    const bound = Object.entries(outputMetrics(this.#task)).map(([name, metric]) => {
      return { name, running: begin(metric, name), observe: metric.bind(this.#model, {}) };
    });
    this.#observers = bound.map(({ running, observe }) => ({ tape, examples }: Forward) => {
      const { predictions, targets, weights } = observe(tape, examples);
      running.add(predictions, targets, weights);
    });
    return new Map(bound.map(({ name, running }) => [name, running]));
  }

  save(): Saved {
    const { examples, finished, best, validation, stoppedEarly, trained } = this;
    const metrics = [...this.#metrics].map(([name, running]) => [name, running.save()] as const);
    const { examples: count, own, sum, seconds } = this.#epoch;
    const state = {
      ...{ examples, finished, best, validation, stoppedEarly, position: this.position },
      trained: trained.outputs,
      metrics: Object.fromEntries(metrics.map(([name, { kind, options }]) => [name, { kind, options }])),
    };
    return {
      kind: 'runProgress',
      options: JSON.parse(JSON.stringify(state)) as Saved['options'],
      tensors: new Map<string, Tensor>([
        ['losses', tensor(Float64Array.from([this.lossBefore, this.loss], (loss) => loss ?? Number.NaN))],
        ['epoch', tensor(Float64Array.of(count, sum, seconds, own))],
        ...metrics.flatMap(([name, { tensors }]) =>
          [...tensors].map(([short, value]): [string, Tensor] => [`${name}.${short}`, value]),
        ),
      ]),
    };
  }

  restore({ options, tensors }: Saved): void {
    const state = options as unknown as ReturnType<typeof JSON.parse>;
    const { examples, finished, best, validation, stoppedEarly, position } = state;
    Object.assign(this, { examples, finished, best, validation, stoppedEarly, position });
    this.trained = goOnCounting(this.#task, state.trained);
    const numbers = (name: string): number[] => [...elements(tensors.get(name) ?? tensor([]))];
    const defined = (loss = Number.NaN): number | undefined => (Number.isNaN(loss) ? undefined : loss);
    [this.lossBefore, this.loss] = [0, 1].map((i) => defined(numbers('losses')[i]));
    const [count = 0, sum = 0, seconds = 0, own = count] = numbers('epoch');
    this.#epoch = { examples: count, own, sum, seconds };
    this.#metrics = this.#bind(({ metric }, name) =>
      metric.restore({
        ...(state.metrics[name] as { readonly kind: string; readonly options: Record<string, Json> }),
        tensors: new Map(
          [...tensors].flatMap(([key, value]) =>
            key.startsWith(`${name}.`) ? [[key.slice(name.length + 1), value] as const] : [],
          ),
        ),
      }),
    );
  }
}

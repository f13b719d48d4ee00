import type { FlowGraph } from '@fluxion/graph';
import { type Metric, type RunningMetric, type WithWindow, withWindow } from '@fluxion/metrics';
import {
  elements,
  expectNames,
  expectObject,
  OptionError,
  type Saved,
  type Tensor,
  tensor,
} from '@fluxion/tensor';
import { type MonoTypeOperatorFunction, map } from 'rxjs';
import { inTraining } from '../divergenceError.js';
import type { Forward } from '../messages.js';
import { placedError } from '../placedError.js';
import { type BoundMetric, bindMetrics } from './bindMetrics.js';
import type { Figures, Metrics } from './modelMetric.js';

/** Over which examples the figures are. */
export interface PrequentialOptions {
  /** How many of the last examples the window has. Default 1000. */
  readonly window?: number;
}

/** How well a model has predicted what it then learned from. */
export interface PrequentialFigures<M extends Metrics> {
  /** Examples so far. */
  readonly examples: number;
  /** Over all of them. */
  readonly all: Figures<M>;
  /** Over the last ones. */
  readonly window: Figures<M>;
}

/** What counts, and what it has counted. */
export interface Prequential<M extends Metrics> extends MonoTypeOperatorFunction<Forward> {
  /** As it stands now: they are computed when they are asked for, which takes going through the window. */
  readonly figures: PrequentialFigures<M>;
  save(): Saved;
  /** @throws {OptionError} when something else was saved, or other metrics. */
  restore(saved: Saved): void;
}

/**
 * Test, then train: each example is predicted before it is learned from, so that every one of them tests the model and none
 * has to be held out. The metrics are over all examples, and over a window of the last ones.
 *
 * Stands between `fprop` and `bprop`, or is given to `train`. Predictions are those of the pass at hand; where a box behaves
 * otherwise in training than in predicting, as dropout does, they are those of a pass of their own.
 *
 * What it has counted is its own: subscribing again goes on with it.
 *
 * @throws {OptionError} when the window is not a positive integer; as the stream's error, {DivergenceError} when a prediction is
 *   not finite while the model is trained, and what a metric throws else.
 * @see Dawid, "Present position and potential developments: some personal views. Statistical theory: the prequential
 *   approach", Journal of the Royal Statistical Society A 147, 1984; Gama, Sebastião, Rodrigues, "On evaluating stream
 *   learning algorithms", Machine Learning 90, 2013.
 * @example
 * const progress = prequential({ accuracy: accuracy(), loss: meanLoss(softmaxCrossEntropy()) }, { window: 500 });
 * examples(source, options)
 *   .pipe(fprop(model), progress, bprop(softmaxCrossEntropy()), update(optimizer))
 *   .subscribe(({ example }) => {
 *     if (example % 1000 === 0) console.log(progress.figures.window.accuracy);
 *   });
 */
export function prequential<M extends Metrics>(metrics: M, options: PrequentialOptions = {}): Prequential<M> {
  expectObject(
    'prequential metrics',
    metrics,
    'metrics by name',
    [],
    'give them, as { accuracy: accuracy() }',
  );
  for (const [name, metric] of Object.entries(metrics)) {
    expectObject(`prequential ${name}`, metric, 'a metric', [], 'give one, as accuracy()');
  }
  expectNames('prequential', options, ['window']);
  const { window = 1000 } = options;
  const counts = new Counts(metrics, window);
  const operator: MonoTypeOperatorFunction<Forward> = map((forward) => {
    counts.add(forward);
    return forward;
  });
  return Object.defineProperty(
    Object.assign(operator, {
      figures: counts.figures,
      save: () => counts.save(),
      restore: (saved: Saved) => counts.restore(saved),
    }),
    'figures',
    { get: () => counts.figures },
  );
}

class Counts<M extends Metrics> {
  readonly #metrics: M;
  readonly #counted: ReadonlyMap<string, Metric<WithWindow<unknown>>>;
  #running: ReadonlyMap<string, RunningMetric<WithWindow<unknown>>>;
  #examples = 0;
  #model: FlowGraph | undefined;
  #bound: readonly BoundMetric[] = [];

  constructor(metrics: M, window: number) {
    this.#metrics = metrics;
    this.#counted = new Map(
      Object.entries(metrics).map(([name, metric]) => [
        name,
        withWindow('bind' in metric ? metric.metric : metric, window),
      ]),
    );
    this.#running = new Map([...this.#counted].map(([name, metric]) => [name, metric.start()]));
  }

  get figures(): PrequentialFigures<M> {
    const figures = [...this.#running].map(([name, { value }]) => [name, value] as const);
    const of = (part: 'all' | 'window'): Figures<M> =>
      Object.fromEntries(figures.map(([name, value]) => [name, value[part]])) as Figures<M>;
    return { examples: this.#examples, all: of('all'), window: of('window') };
  }

  add({ model, examples, tape }: Forward): void {
    if (examples.borrowed === true) return;
    const isOwn = tape.mode === 'train' && tape.dependsOnMode;
    try {
      if (model !== this.#model) this.#bound = bindMetrics(model, this.#metrics);
      this.#model = model;
      const predicted = isOwn
        ? model.fprop(examples.inputs, { example: examples.number, stride: examples.stride })
        : tape;
      try {
        for (const { name, observe } of this.#bound) {
          const { predictions, targets, weights } = observe(predicted, examples);
          this.#running.get(name)?.add(predictions, targets, weights);
        }
      } finally {
        if (isOwn) predicted.release();
      }
    } catch (error) {
      const placed = placedError(error, examples, examples.targetColumn);
      if (tape.mode !== 'train') throw placed;
      throw inTraining('prequential', placed, this.#examples + examples.size);
    }
    this.#examples += examples.size;
  }

  save(): Saved {
    const saved = [...this.#running].map(([name, running]) => [name, running.save()] as const);
    return {
      kind: 'prequential',
      options: Object.fromEntries(saved.map(([name, { kind, options }]) => [name, { kind, options }])),
      tensors: new Map([
        ['examples', tensor([this.#examples])],
        ...saved.flatMap(([name, { tensors }]) =>
          [...tensors].map(([short, value]): [string, Tensor] => [`${name}.${short}`, value]),
        ),
      ]),
    };
  }

  restore({ kind, options, tensors }: Saved): void {
    const [wanted, got] = [[...this.#counted.keys()], Object.keys(options)].map((names) =>
      names.sort().join(', '),
    );
    if (kind !== 'prequential' || wanted !== got) {
      throw new OptionError(
        `prequential restore: expected prequential of ${wanted}, got ${kind} of ${got}; restore with the metrics that were saved`,
      );
    }
    const savedOf = (name: string): Saved => ({
      ...(options[name] as unknown as Omit<Saved, 'tensors'>),
      tensors: new Map(
        [...tensors].flatMap(([key, value]) =>
          key.startsWith(`${name}.`) ? [[key.slice(name.length + 1), value] as const] : [],
        ),
      ),
    });
    this.#running = new Map(
      [...this.#counted].map(([name, metric]) => [name, metric.restore(savedOf(name))]),
    );
    [this.#examples = 0] = elements(tensors.get('examples') ?? tensor([]));
  }
}

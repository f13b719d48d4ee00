import { expectObject, type Labels, OptionError, type Saved, ShapeError, type Tensor } from '@fluxion/tensor';
import type { Metric, MetricDefinition, RunningMetric } from './metric.js';
import { readRows } from './rows.js';
import type { Tally } from './tally.js';

/**
 * A metric of one's own, from the way it is counted.
 *
 * @example
 * const bias = defineMetric({
 *   kind: 'bias',
 *   compares: 'values',
 *   tally: sums({
 *     length: () => 2,
 *     add(sums, { predictions, targets, units }, row, weight) {
 *       sums[0] += weight * (predictions[row * units] - targets[row * units]);
 *       sums[1] += weight;
 *     },
 *     value: ([difference, weight]) => difference / weight,
 *   }),
 * });
 */
export function defineMetric<Value>(definition: MetricDefinition<Value>): Metric<Value> {
  const {
    kind,
    name = kind,
    options = {},
    compares,
    tally,
  } = expectObject(
    'defineMetric',
    definition,
    'a definition',
    ['kind', 'compares', 'tally'],
    "give one, as { kind: 'bias', compares: 'values', tally }",
  );
  const made: Metric<Value> = {
    kind,
    name,
    options,
    compares,
    tally,
    start: () => new Running(made),
    restore: (saved) => Running.restore(made, saved),
  };
  return made;
}

/** A metric being counted. How many numbers are predicted for an example is known from the first on. */
class Running<Value> implements RunningMetric<Value> {
  readonly #metric: Metric<Value>;
  #units: number | undefined;
  #tally: Tally<Value>;

  /** Made by `Metric.start`. */
  constructor(metric: Metric<Value>, units?: number) {
    this.#metric = metric;
    this.#units = units;
    this.#tally = metric.tally(units ?? 0);
  }

  /** What `Metric.restore` does. */
  static restore<Value>(metric: Metric<Value>, saved: Saved): Running<Value> {
    const { units, ...options } = saved.options;
    const [wanted, got] = [wordsFor(metric), wordsFor({ kind: saved.kind, options })];
    if (wanted !== got) {
      throw new OptionError(
        `${metric.kind} restore: expected ${wanted}, got ${got}; restore with the metric that was saved`,
      );
    }
    const running = new Running(metric, typeof units === 'number' ? units : undefined);
    if (running.#units !== undefined) running.#tally.restore(saved.tensors);
    return running;
  }

  get units(): number | undefined {
    return this.#units;
  }

  get value(): Value {
    return this.#tally.value();
  }

  add(predictions: Tensor, targets?: Tensor | Labels, weights?: Tensor): void {
    const { name, compares } = this.#metric;
    const rows = readRows(name, compares, predictions, targets, weights);
    this.#expectUnits(rows.units);
    for (let row = 0; row < rows.count; row++) {
      const weight = rows.weight(row);
      if (weight > 0) this.#tally.add(rows, row, weight);
    }
  }

  merge(other: RunningMetric<Value>): void {
    if (!(other instanceof Running)) {
      throw new OptionError(
        `${this.#metric.kind} merge: expected a running metric, got ${typeof other}; give what start() returns`,
      );
    }
    const [wanted, got] = [wordsFor(this.#metric), wordsFor(other.#metric)];
    if (wanted !== got) {
      throw new OptionError(
        `${this.#metric.kind} merge: expected ${wanted}, got ${got}; merge what one metric has counted`,
      );
    }
    if (other.#units === undefined) return;
    this.#expectUnits(other.#units);
    this.#tally.merge(other.#tally);
  }

  save(): Saved {
    const { kind, options } = this.#metric;
    return this.#units === undefined
      ? { kind, options, tensors: new Map() }
      : { kind, options: { ...options, units: this.#units }, tensors: this.#tally.save() };
  }

  #expectUnits(units: number): void {
    if (this.#units === undefined) {
      this.#units = units;
      this.#tally = this.#metric.tally(units);
    } else if (units !== this.#units) {
      throw new ShapeError(
        `${this.#metric.name} predictions: expected ${this.#units} numbers for each example, as before, got ${units}; count each model by itself`,
      );
    }
  }
}

/** `topK {"k":5}`: kind and options, in one order. */
function wordsFor({ kind, options }: Pick<Saved, 'kind' | 'options'>): string {
  const named = Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1));
  return named.length === 0 ? kind : `${kind} ${JSON.stringify(Object.fromEntries(named))}`;
}

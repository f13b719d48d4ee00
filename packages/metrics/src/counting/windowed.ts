import { OptionError, StateError, type Tensor, tensor } from '@fluxion/tensor';
import { defineMetric } from './defineMetric.js';
import type { Metric } from './metric.js';
import type { Compared, Rows } from './rows.js';
import { savedElements, type Tally } from './tally.js';

/**
 * A metric over the last examples only. Their predictions and targets are kept, and the figure is computed from them
 * each time it is asked for: exact, with no error left behind by what has passed, at the cost of going through the window.
 *
 * A window has an order, so two do not merge.
 *
 * @param size how many examples, or places of sequences
 * @throws {OptionError} when the size is not a positive integer.
 * @example
 * const running = windowed(accuracy(), 1000).start();
 */
export function windowed<Value>(metric: Metric<Value>, size: number): Metric<Value> {
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new OptionError(`windowed size: expected a positive integer, got ${size}; give one, as 1000`);
  }
  const { kind, name, options, compares } = metric;
  return defineMetric({
    kind: 'windowed',
    name,
    options: { size, of: { kind, options } },
    compares,
    tally: (units) => new Window(metric, units, size),
  });
}

/** A ring of rows. */
class Window<Value> implements Tally<Value>, Rows {
  readonly units: number;
  readonly predictions: Float64Array;
  readonly targets: Float64Array;
  readonly #weights: Float64Array;
  readonly #metric: Metric<Value>;
  readonly #size: number;
  /** Targets of a row. */
  readonly #targets: number;
  #count = 0;
  /** Where the next row goes. */
  #next = 0;

  constructor(metric: Metric<Value>, units: number, size: number) {
    this.units = units;
    this.#metric = metric;
    this.#size = size;
    this.#targets = targetsOf(metric.compares, units);
    this.predictions = new Float64Array(size * units);
    this.targets = new Float64Array(size * this.#targets);
    this.#weights = new Float64Array(size);
  }

  add({ predictions, targets }: Rows, row: number, weight: number): void {
    const at = this.#next;
    for (let j = 0; j < this.units; j++) {
      this.predictions[at * this.units + j] = predictions[row * this.units + j] as number;
    }
    for (let j = 0; j < this.#targets; j++) {
      this.targets[at * this.#targets + j] = targets[row * this.#targets + j] as number;
    }
    this.#weights[at] = weight;
    this.#next = (at + 1) % this.#size;
    this.#count = Math.min(this.#count + 1, this.#size);
  }

  merge(): void {
    throw new StateError(
      'windowed merge: expected a metric over all examples, got one over a window, which has an order; merge the metric that is not windowed',
    );
  }

  scale(factor: number): void {
    this.#weights.forEach((weight, i, weights) => {
      weights[i] = weight * factor;
    });
  }

  value(one = 1): Value {
    const tally = this.#metric.tally(this.units);
    const oldest = this.#next - this.#count + this.#size;
    for (let i = 0; i < this.#count; i++) {
      const row = (oldest + i) % this.#size;
      tally.add(this, row, this.#weights[row] as number);
    }
    return tally.value(one);
  }

  save(): ReadonlyMap<string, Tensor> {
    const count = this.#count;
    const next = tensor([this.#next]);
    return new Map([
      ['predictions', tensor(this.predictions.subarray(0, count * this.units), [count, this.units])],
      ['targets', tensor(this.targets.subarray(0, count * this.#targets), [count, this.#targets])],
      ['weights', tensor(this.#weights.subarray(0, count))],
      ['next', next],
    ]);
  }

  restore(tensors: ReadonlyMap<string, Tensor>): void {
    const count = Math.min(savedElements(tensors, 'weights').length, this.#size);
    this.predictions.set(savedElements(tensors, 'predictions', count * this.units));
    this.targets.set(savedElements(tensors, 'targets', count * this.#targets));
    this.#weights.set(savedElements(tensors, 'weights', count));
    this.#count = count;
    this.#next = (savedElements(tensors, 'next', 1)[0] as number) % this.#size;
  }
}

function targetsOf(compares: Compared, units: number): number {
  if (compares === 'numbers') return 0;
  return compares === 'classes' ? 1 : units;
}

import { expectObject, type Tensor } from '@fluxion/tensor';
import { defineMetric } from './defineMetric.js';
import type { Metric } from './metric.js';
import type { Rows } from './rows.js';
import type { Tally } from './tally.js';
import { windowed } from './windowed.js';

/** A figure twice. */
export interface WithWindow<Value> {
  /** Over all examples. */
  readonly all: Value;
  /** Over the last ones. */
  readonly window: Value;
}

/**
 * A metric over all examples and over the last ones, counted together.
 *
 * @param size how many examples, or places of sequences, the window has
 * @throws {OptionError} when the size is not a positive integer.
 * @example
 * const { all, window } = withWindow(accuracy(), 1000).start().value;
 */
export function withWindow<Value>(metric: Metric<Value>, size: number): Metric<WithWindow<Value>> {
  const { kind, name, options, compares } = expectObject(
    'withWindow',
    metric,
    'a metric',
    ['kind', 'tally'],
    'give one, as accuracy()',
  );
  const window = windowed(metric, size);
  return defineMetric({
    kind: 'withWindow',
    name,
    options: { size, of: { kind, options } },
    compares,
    tally: (units) => new Both(metric.tally(units), window.tally(units)),
  });
}

class Both<Value> implements Tally<WithWindow<Value>> {
  readonly #all: Tally<Value>;
  readonly #window: Tally<Value>;

  constructor(all: Tally<Value>, window: Tally<Value>) {
    this.#all = all;
    this.#window = window;
  }

  add(rows: Rows, row: number, weight: number): void {
    this.#all.add(rows, row, weight);
    this.#window.add(rows, row, weight);
  }

  /** Refused by the window, which has an order. */
  merge(other: Both<Value>): void {
    this.#window.merge(other.#window);
    this.#all.merge(other.#all);
  }

  scale(factor: number): void {
    this.#all.scale(factor);
    this.#window.scale(factor);
  }

  value(one = 1): WithWindow<Value> {
    return { all: this.#all.value(one), window: this.#window.value(one) };
  }

  save(): ReadonlyMap<string, Tensor> {
    const named = (part: string, tally: Tally<Value>): [string, Tensor][] =>
      [...tally.save()].map(([name, tensor]) => [`${part}.${name}`, tensor]);
    return new Map([...named('all', this.#all), ...named('window', this.#window)]);
  }

  restore(tensors: ReadonlyMap<string, Tensor>): void {
    const of = (part: string): Map<string, Tensor> =>
      new Map(
        [...tensors].flatMap(([name, tensor]) =>
          name.startsWith(`${part}.`) ? [[name.slice(part.length + 1), tensor]] : [],
        ),
      );
    this.#all.restore(of('all'));
    this.#window.restore(of('window'));
  }
}

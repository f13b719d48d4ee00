import { OptionError, type Tensor, tensor } from '@fluxion/tensor';
import { defineMetric } from './defineMetric.js';
import type { Metric } from './metric.js';
import type { Rows } from './rows.js';
import { savedElements, type Tally } from './tally.js';

/**
 * A metric in which older examples fade: one that lies t examples back counts factorᵗ times its weight. It is counted in
 * constant memory and time, and looks about 1/(1 − factor) examples back.
 *
 * @param factor in (0, 1), as 0.999
 * @throws {OptionError} when the factor is not in (0, 1).
 * @see Gama, Sebastião, Rodrigues, "On evaluating stream learning algorithms", Machine Learning 90, 2013, section 3:
 *   prequential error with fading factors.
 * @example
 * const running = fading(accuracy(), 0.999).start();
 */
export function fading<Value>(metric: Metric<Value>, factor: number): Metric<Value> {
  if (!(factor > 0 && factor < 1)) {
    throw new OptionError(`fading factor: expected a number in (0, 1), got ${factor}; give one, as 0.999`);
  }
  const { kind, name, options, compares } = metric;
  return defineMetric({
    kind: 'fading',
    name,
    options: { factor, of: { kind, options } },
    compares,
    tally: (units) => new Fading(metric.tally(units), factor),
  });
}

/** How much the weight of one example may grow before all are scaled. */
const MOST = 2 ** 40;

/** Old weights stay and new ones grow; only now and then are all scaled, so that an example costs no pass over the state. */
class Fading<Value> implements Tally<Value> {
  readonly #tally: Tally<Value>;
  readonly #factor: number;
  /** The weight that an example of weight 1 was counted with last. */
  #one = 1;

  constructor(tally: Tally<Value>, factor: number) {
    this.#tally = tally;
    this.#factor = factor;
  }

  add(rows: Rows, row: number, weight: number): void {
    if (this.#one > MOST) {
      this.#tally.scale(1 / this.#one);
      this.#one = 1;
    }
    this.#one /= this.#factor;
    this.#tally.add(rows, row, weight * this.#one);
  }

  merge(other: Fading<Value>): void {
    this.#tally.scale(other.#one / this.#one);
    this.#one = other.#one;
    this.#tally.merge(other.#tally);
  }

  scale(factor: number): void {
    this.#tally.scale(factor);
  }

  value(one = 1): Value {
    return this.#tally.value(this.#one * one);
  }

  save(): ReadonlyMap<string, Tensor> {
    return new Map([...this.#tally.save(), ['one', tensor([this.#one])]]);
  }

  restore(tensors: ReadonlyMap<string, Tensor>): void {
    this.#one = savedElements(tensors, 'one', 1)[0] as number;
    this.#tally.restore(tensors);
  }
}

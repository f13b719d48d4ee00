import { type Tensor, tensor } from '@fluxion/tensor';
import type { Rows } from '../counting/rows.js';
import { savedElements, type Tally } from '../counting/tally.js';

/** Rows whose scores are kept as they are; beyond them a histogram takes over. */
const EXACT_ROWS = 2 ** 20;

/** Bins of the histogram. */
const BINS = 2 ** 13;
/** Log-odds that the bins reach to, on either side: probabilities from 1.3e-14 to 1 − 1.3e-14. */
const REACH = 32;

/** Examples that have the same score for a class, as the score falls. */
export interface Ranked {
  readonly score: number;
  /** Weight of those of the class. */
  readonly positives: number;
  /** Weight of the others. */
  readonly negatives: number;
}

/** What a figure is made of: the ranks of each class that is judged. */
type FigureOfRanks<Value> = (classes: readonly (readonly Ranked[])[], one: number) => Value;

/**
 * The tally of a metric that follows from the order of the scores. The scores of the first 2²⁰ rows are kept, and the
 * figure is exact. From then on they are counted in 8,192 bins of equal width in log-odds, 1/128 each, and scores in one
 * bin are taken to be equal, so that memory is bounded.
 *
 * @param only the class that is judged; every class against the others where it is undefined, class 1 alone of two
 * @param most rows that are kept
 */
export function scores<Value>(
  only: number | undefined,
  figure: FigureOfRanks<Value>,
  most: number = EXACT_ROWS,
): (units: number) => Tally<Value> {
  return (units) => new Scores(judgedClasses(only, units), figure, most);
}

function judgedClasses(only: number | undefined, units: number): readonly number[] {
  if (only !== undefined) return only < units ? [only] : [];
  if (units === 2) return [1];
  return Array.from({ length: units }, (_, c) => c);
}

class Scores<Value> implements Tally<Value> {
  readonly #classes: readonly number[];
  readonly #figure: FigureOfRanks<Value>;
  readonly #most: number;
  /** Of each row: label, weight, and the score of each class that is judged. */
  #rows = new Float64Array(0);
  #length = 0;
  /** Of each class and bin: positives, negatives. Undefined while all rows are kept. */
  #bins: Float64Array | undefined;

  constructor(classes: readonly number[], figure: FigureOfRanks<Value>, most: number) {
    this.#classes = classes;
    this.#figure = figure;
    this.#most = most;
  }

  add({ predictions, targets, units }: Rows, row: number, weight: number): void {
    const at = this.#place();
    this.#rows[at] = targets[row] as number;
    this.#rows[at + 1] = weight;
    this.#classes.forEach((c, j) => {
      this.#rows[at + 2 + j] = predictions[row * units + c] as number;
    });
    this.#binWhatIsTooMuch();
  }

  merge(other: Scores<Value>): void {
    const width = this.#width;
    for (let from = 0; from < other.#length; from += width) {
      const at = this.#place();
      this.#rows.set(other.#rows.subarray(from, from + width), at);
      this.#binWhatIsTooMuch();
    }
    if (other.#bins === undefined) return;
    const bins = this.#binAll();
    other.#bins.forEach((weight, i) => {
      bins[i] = (bins[i] as number) + weight;
    });
  }

  scale(factor: number): void {
    for (let at = 1; at < this.#length; at += this.#width) {
      this.#rows[at] = (this.#rows[at] as number) * factor;
    }
    this.#bins?.forEach((weight, i, bins) => {
      bins[i] = weight * factor;
    });
  }

  value(one = 1): Value {
    return this.#figure(
      this.#classes.map((c, j) => (this.#bins === undefined ? this.#rankRows(c, j) : this.#rankBins(j))),
      one,
    );
  }

  save(): ReadonlyMap<string, Tensor> {
    const rows = tensor(this.#rows.subarray(0, this.#length), [this.#length / this.#width, this.#width]);
    return this.#bins === undefined
      ? new Map([['rows', rows]])
      : new Map([['bins', tensor(this.#bins, [this.#classes.length, BINS, 2])]]);
  }

  restore(tensors: ReadonlyMap<string, Tensor>): void {
    if (tensors.has('bins')) {
      this.#bins = Float64Array.from(savedElements(tensors, 'bins', this.#classes.length * BINS * 2));
      return;
    }
    const whole = savedElements(tensors, 'rows').length;
    this.#rows = Float64Array.from(savedElements(tensors, 'rows', whole - (whole % this.#width)));
    this.#length = this.#rows.length;
  }

  get #width(): number {
    return 2 + this.#classes.length;
  }

  /** The place of one more row. */
  #place(): number {
    const at = this.#length;
    this.#length += this.#width;
    if (this.#length > this.#rows.length) {
      const grown = new Float64Array(Math.max(2 * this.#rows.length, this.#length));
      grown.set(this.#rows);
      this.#rows = grown;
    }
    return at;
  }

  #binWhatIsTooMuch(): void {
    if (this.#bins !== undefined || this.#length > this.#most * this.#width) this.#binAll();
  }

  /** Moves all rows into the histogram. */
  #binAll(): Float64Array {
    this.#bins ??= new Float64Array(this.#classes.length * BINS * 2);
    const bins = this.#bins;
    for (let at = 0; at < this.#length; at += this.#width) {
      this.#classes.forEach((c, j) => {
        const bin = binOf(this.#rows[at + 2 + j] as number);
        const side = this.#rows[at] === c ? 0 : 1;
        const place = (j * BINS + bin) * 2 + side;
        bins[place] = (bins[place] as number) + (this.#rows[at + 1] as number);
      });
    }
    this.#length = 0;
    if (this.#rows.length > this.#width) this.#rows = new Float64Array(this.#width);
    return bins;
  }

  #rankRows(c: number, j: number): Ranked[] {
    const count = this.#length / this.#width;
    const all = Float64Array.from({ length: count }, (_, row) => this.#at(row, 2 + j)).sort();
    const distinct = all.filter((score, i) => score !== all[i - 1]);
    const weights = new Float64Array(2 * distinct.length);
    for (let row = 0; row < count; row++) {
      const at = 2 * placeOf(this.#at(row, 2 + j), distinct) + (this.#at(row, 0) === c ? 0 : 1);
      weights[at] = (weights[at] as number) + this.#at(row, 1);
    }
    return Array.from(distinct, (score, i) => ({
      score,
      positives: weights[2 * i] as number,
      negatives: weights[2 * i + 1] as number,
    })).reverse();
  }

  #at(row: number, column: number): number {
    return this.#rows[row * this.#width + column] as number;
  }

  #rankBins(j: number): Ranked[] {
    const ranked: Ranked[] = [];
    for (let bin = BINS - 1; bin >= 0; bin--) {
      const [positives = 0, negatives = 0] = this.#bins?.subarray((j * BINS + bin) * 2) ?? [];
      if (positives + negatives > 0) ranked.push({ score: middleOf(bin), positives, negatives });
    }
    return ranked;
  }
}

/** Place of a score among the rising ones. */
function placeOf(score: number, rising: Float64Array): number {
  let [low, high] = [0, rising.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rising[middle] as number) < score) low = middle + 1;
    else high = middle;
  }
  return low;
}

function binOf(probability: number): number {
  const logOdds = Math.log(probability) - Math.log1p(-probability);
  const bin = Math.floor(((logOdds + REACH) / (2 * REACH)) * BINS);
  // A score that is no probability goes to the end it lies beyond.
  if (Number.isNaN(bin)) return probability > 0.5 ? BINS - 1 : 0;
  return Math.min(Math.max(bin, 0), BINS - 1);
}

function middleOf(bin: number): number {
  const logOdds = ((bin + 0.5) / BINS) * 2 * REACH - REACH;
  return 1 / (1 + Math.exp(-logOdds));
}

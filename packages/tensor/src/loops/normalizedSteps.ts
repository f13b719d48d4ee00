import type { FactorPair } from '../gradient.js';
import type { Tensor } from '../tensor.js';
import { numbersOf } from './numbers.js';

/** What is kept of the inputs of a weight [fanIn, fanOut]. */
export interface InputScales {
  /** The largest |x| of each input so far, [fanIn]. */
  readonly scales: Tensor;
  /** Mean of Σ x² / scale² over the examples of all updates, [1]. */
  readonly norm: Tensor;
}

/**
 * Takes in the inputs of the factors of a gradient, at an update counted from 1. Where one is larger than any before, its weights
 * shrink by as much, as though they had been learned on that scale.
 */
export function learnScales(
  value: Tensor,
  pairs: readonly FactorPair[],
  kept: InputScales,
): (updates: number) => void {
  const [w, scales, norm] = [value, kept.scales, kept.norm].map((view) => numbersOf('learnScales', view)) as [
    Tensor['data'],
    Tensor['data'],
    Tensor['data'],
  ];
  const fanOut = value.shape[1] as number;
  const examples = pairs.reduce((sum, { input }) => sum + (input.shape[0] as number), 0);
  return (updates) => {
    if (examples === 0) return;
    let squares = 0;
    for (const { input } of pairs) {
      const [batch, fanIn] = input.shape as [number, number];
      for (let row = 0; row < batch; row++) {
        for (let i = 0; i < fanIn; i++) {
          const x = Math.abs(input.get(row, i) as number);
          if (x === 0) continue;
          const before = scales[i] as number;
          if (x > before) {
            scales[i] = x;
            // A weight that has had no input yet is where it began.
            const shrunk = before > 0 ? before / x : 1;
            for (let j = i * fanOut; j < (i + 1) * fanOut; j++) w[j] = (w[j] as number) * shrunk;
          }
          squares += (x / (scales[i] as number)) ** 2;
        }
      }
    }
    norm[0] = (norm[0] as number) + (squares / examples - (norm[0] as number)) / updates;
  };
}

/** The one example that a gradient of a weight [fanIn, fanOut] is of, and how far its step goes. */
export interface InvariantStep {
  readonly example: FactorPair;
  /**
   * The share of a step that is taken.
   *
   * @param q change of the unit's output, against a slope of 1, by the whole step
   * @param slope of the loss at the output
   */
  readonly share: (q: number, slope: number) => number;
}

/**
 * sums ← sums + g²; value ← value − rate · g / (√norm · scale · √sums), one scale for each row; where one of these is 0 it stays.
 * Without scales that is Adagrad's step. For an invariant one each unit's step is multiplied by its share, which goes by
 * q = rate · Σ x² / (√norm · scale · √sums).
 */
export function normalizedStep(
  value: Tensor,
  gradient: Tensor,
  sums: Tensor,
  kept?: InputScales,
  invariant?: InvariantStep,
): (rate: number) => void {
  const [w, g, s] = [value, gradient, sums].map((view) => numbersOf('normalizedStep', view)) as [
    Tensor['data'],
    Tensor['data'],
    Tensor['data'],
  ];
  const scales = kept && numbersOf('normalizedStep', kept.scales);
  const norm = kept && numbersOf('normalizedStep', kept.norm);
  const fanOut = scales === undefined ? w.length : (value.shape[1] as number);
  const shares = new Float64Array(fanOut).fill(1);
  return (rate) => {
    const root = norm === undefined ? 1 : Math.sqrt(norm[0] as number);
    for (let i = 0; i < w.length; i++) s[i] = (s[i] as number) + (g[i] as number) ** 2;
    const lengthOf = (i: number): number => {
      const scale = scales === undefined ? 1 : (scales[Math.floor(i / fanOut)] as number);
      return root * scale * Math.sqrt(s[i] as number);
    };
    if (invariant !== undefined) {
      const { example, share } = invariant;
      for (let unit = 0; unit < fanOut; unit++) {
        let q = 0;
        for (let i = unit; i < w.length; i += fanOut) {
          const x = example.input.get(0, Math.floor(i / fanOut)) as number;
          if (x !== 0 && lengthOf(i) > 0) q += (rate * x * x) / lengthOf(i);
        }
        shares[unit] = share(q, example.dOutput.get(0, unit) as number);
      }
    }
    for (let i = 0; i < w.length; i++) {
      const length = lengthOf(i);
      if (length > 0)
        w[i] = (w[i] as number) - (rate * (shares[i % fanOut] as number) * (g[i] as number)) / length;
    }
  };
}

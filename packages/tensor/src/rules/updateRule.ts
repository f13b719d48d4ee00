import type { NumberOption, Numbers } from '../numberOption.js';

/** The numbers of one weight by name: `value`, `gradient`, and those that the rule keeps. */
export type Weight = Record<string, number>;

/**
 * A rule by which an optimizer changes a weight. What stands in the table is compiled to SIMD from this source, so
 * `update` is a list of assignments: arithmetic, comparisons, `? :`, local constants, and functions of `Math`.
 */
export interface UpdateRule {
  /** Its options by name, without the learning rate. */
  readonly options: Readonly<Record<string, NumberOption>>;
  /** What is kept for each weight, by name; 0 at first. */
  readonly states: readonly string[];
  /**
   * Which of these are sums of squares. In float32 what is kept becomes 0 before it is denormal, for on such numbers
   * machines compute a hundred times as slowly: at 2⁻¹⁰⁰, or at 2⁻¹²⁶ where it is a square.
   */
  readonly squares?: readonly string[];
  /**
   * What all weights have in common in one update, by name. It is not compiled: it may be any code.
   *
   * @param updates how often this parameter was updated, this time included
   */
  constants(options: Numbers, learningRate: number, updates: number): Numbers;
  /**
   * Renews what is kept, and the value: θ ← θ − α·Δ. A rule whose step depends on its length leaves it in `direction`
   * instead, and the value as it is.
   */
  update(weight: Weight, constants: Numbers): void;
  /** θ ← θ − length·direction, of the Euclidean norms of the parameter and its direction. */
  length?(valueNorm: number, directionNorm: number, constants: Numbers): number;
  /**
   * Whether a gradient in rows leaves the other rows alone, with what is kept of them. That is exact where a gradient of
   * 0 changes nothing, and else a rule of its own. A penalty then acts on the rows that are touched.
   */
  readonly touchesRows?: boolean;
}

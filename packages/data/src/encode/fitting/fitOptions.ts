import type { RowFilter } from '../../order/holdOut.js';
import type { GatheringShard } from '../../order/shard.js';
import type { EncodingDescription } from '../encodings/encoding.js';
import type { TargetMeaning } from './targetFit.js';

/** Options of `fitEncoder`. */
export interface FitOptions {
  /**
   * The column to be predicted, or several. A record says what each is, as `{ income: 'classes', age: 'number' }`; by
   * default words, booleans and up to 20 different whole numbers are classes, and all else is a number, but for dates, which
   * are refused unless they are said to be classes. An `'amount'` is a
   * number from 0 on, as a price, of which the model gives the logarithm; its loss is `poisson()`.
   */
  readonly target?: string | readonly string[] | Readonly<Record<string, TargetMeaning>>;
  /**
   * The column of the weight of each row in the loss and in metrics: finite numbers from 0, which are divided by
   * their mean. It is no input. Default: each row counts 1. What a column is encoded to does not depend on it.
   */
  readonly weight?: string | undefined;
  /** Columns of the input. By default all that are no target. */
  readonly input?: readonly string[];
  /** How columns are encoded, by name. By default what a column holds decides. */
  readonly columns?: Readonly<Record<string, EncodingDescription>>;
  /** Which rows count, by their number: only those that are trained on should, as `holdOut(0.1).training`. Default: all. */
  readonly rows?: RowFilter;
  /**
   * Which of several processes this one is, where they fit an encoder together, as `mpi()`: each looks at its share of the rows, and
   * all come to the same encoder. Counts, words, extremes and classes are those of one process, means and deviations to rounding,
   * samples of ranks as good as another. Default: this process looks at all rows.
   */
  readonly shard?: GatheringShard | undefined;
}

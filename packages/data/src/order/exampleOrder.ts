import { random } from '@fluxion/tensor';
import { type NumberAt, shuffledIndex } from './shuffledIndex.js';
import { stratifiedIndex } from './stratifiedIndex.js';

/** Consecutive rows of a source, by number. */
export interface RowRange {
  readonly from: number;
  readonly count: number;
}

/**
 * The order of an epoch's examples: windows of rows that are held in memory together, and the order within each. It is a
 * function of seed, epoch and row numbers alone, so there is no state to save, and it does not depend on how the rows are
 * stored.
 *
 * Windows follow each other in *steps*: the number of rows in the windows before.
 */
export interface ExampleOrder {
  /** Whether a window has to be whole before its first row is given. If not, what one read brings is a window. */
  readonly mixes: boolean;
  /** Rows of the window at this step. An empty list ends the epoch. */
  window(epoch: number, step: number): readonly RowRange[];
  /** The order of a window's rows: which of `count` rows stands at each place. */
  rows(epoch: number, step: number, count: number): NumberAt;
}

/** The order in which the rows lie, at most `window` of them at a time. */
export function storedOrder(window: number): ExampleOrder {
  return {
    mixes: false,
    window: (_, step) => [{ from: step, count: window }],
    rows: () => (place) => place,
  };
}

/** A one-way source's rows as they come, mixed within each window. */
export function mixedOrder(seed: number, window: number): ExampleOrder {
  return {
    ...storedOrder(window),
    mixes: true,
    rows: (epoch, step, count) => shuffledIndex(random(seed, rowsOf(epoch, step)), count),
  };
}

/**
 * A random order, another one in each epoch: runs of consecutive rows are mixed first, so that they can be read at one go,
 * then the rows within windows of several runs.
 *
 * @param rows how many there are
 * @param run rows in a run
 * @param window rows in a window, a multiple of `run`
 */
export function shuffledOrder(seed: number, rows: number, run: number, window: number): ExampleOrder {
  const runs = Math.ceil(rows / run);
  return {
    mixes: true,
    window(epoch, step) {
      if (step >= rows) return [];
      const runAt = shuffledIndex(random(seed, `runs of epoch ${epoch}`), runs);
      // Once the short last run has been passed, steps lie below the multiples of a run.
      const first = Math.ceil(step / run);
      const last = Math.min(first + window / run, runs);
      const ranges: RowRange[] = [];
      for (let place = first; place < last; place++) {
        const from = runAt(place) * run;
        ranges.push({ from, count: Math.min(run, rows - from) });
      }
      return ranges;
    },
    rows: (epoch, step, count) => stratifiedIndex(seed, rowsOf(epoch, step), count),
  };
}

/** What the random numbers of a window are for. */
function rowsOf(epoch: number, step: number): string {
  return `rows of epoch ${epoch} from step ${step} on`;
}

import { random } from '@fluxion/tensor';
import { shuffledIndex } from './shuffledIndex.js';

/** The number at each place of an order. */
export type NumberAt = (place: number) => number;

/**
 * The order of examples, as a function of seed, epoch and place: blocks in a random order, then the rows of each window
 * of blocks. There is no state to save.
 */
export interface ExampleOrder {
  /** How many blocks are read together, and their rows mixed. */
  readonly window: number;
  /** Numbers of an epoch's blocks. */
  blocks(epoch: number, count: number): NumberAt;
  /** Rows of the window that starts with this block, counted through its blocks. */
  rows(epoch: number, block: number, count: number): NumberAt;
}

const asTheyCome: NumberAt = (place) => place;

/** The order in which the data lies. */
export const storedOrder: ExampleOrder = { window: 1, blocks: () => asTheyCome, rows: () => asTheyCome };

/** A random order, another one in each epoch. */
export function shuffledOrder(seed: number, window: number): ExampleOrder {
  return {
    window,
    blocks: (epoch, count) => shuffledIndex(random(seed, `blocks of epoch ${epoch}`), count),
    rows: (epoch, block, count) =>
      shuffledIndex(random(seed, `rows of epoch ${epoch} from block ${block} on`), count),
  };
}

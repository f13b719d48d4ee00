import { eventLoopTurn } from './eventLoopTurn.js';

/** Values in a piece: strings, the slowest of all, take some milliseconds. */
const PIECE = 2 ** 14;

/**
 * Does work on places 0 to `count` piece by piece, and lets the event loop turn in between: a block may have millions of
 * rows.
 *
 * @param work does the places from `from` up to `to`
 * @param width values at one place
 */
export async function forEachPiece(
  count: number,
  work: (from: number, to: number) => void,
  width = 1,
): Promise<void> {
  const step = Math.max(1, Math.floor(PIECE / width));
  for (let from = 0; from < count; from += step) {
    work(from, Math.min(from + step, count));
    await eventLoopTurn();
  }
}

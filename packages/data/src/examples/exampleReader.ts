import type { Examples } from './examples.js';

/**
 * Reads examples as they are wanted. `next` gives minibatches from the rows in memory, without waiting; `advance`
 * goes on to the next window of rows.
 *
 * While the examples of one window are given, the next one is read: that of the order, be it the first of the next
 * epoch, and of a one-way source as far as it goes. Nothing is read beyond it, so that two windows are held at most. What
 * is wrong with it is told by the `advance` that comes to it.
 */
export interface ExampleReader {
  /**
   * Lets go of the current window, goes on to the next one and starts to read the one after it; does nothing while `next`
   * has more to give. False after the last epoch, and then the source is closed.
   *
   * @throws {DataError} when the data cannot be used; the source is closed then.
   */
  advance(): Promise<boolean>;
  /** The next minibatch, or undefined when `advance` has to be called first. */
  next(): Examples | undefined;
  /** Closes the source, also while it is being read. It may be called at any time and more than once. */
  close(): Promise<void>;
}

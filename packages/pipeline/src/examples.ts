import { type Examples, type ExamplesOptions, openExamples, type Source } from '@fluxion/data';
import { Observable, type Subscriber } from 'rxjs';
import { SourceTurn } from './sourceTurn.js';
import { TimeSlice } from './timeSlice.js';

/**
 * The examples of a source, epoch after epoch, in minibatches (of one, unless `batchSize` says otherwise).
 *
 * Blocks are pulled, examples are pushed: the stream goes on to the next window of blocks only when the last example of
 * the one at hand has come back from the subscriber, and only that next window is read meanwhile, so nothing piles up. At
 * most two windows, of `shuffle.window` blocks each, are held. About every 10 ms the event loop turns once; a step is not
 * interrupted, so one of a large minibatch holds it as long as it takes. Unsubscribing stops it at once and closes the
 * file, as does an error further down the stream; the end and an error of the source itself are told when the file has
 * been closed.
 *
 * An operator that needs time between two examples, as `validate`, holds the stream back by `holdSource`.
 *
 * The tensors of an emitted `Examples` are lent until the subscriber returns: copy what you keep, and let no operator
 * that delays or buffers stand between this and `update`.
 *
 * An exception in the function given to `subscribe` does not reach the source (RxJS reports it as uncaught, and goes
 * on); with `forEach` it stops the source and rejects the promise.
 *
 * @throws {OptionError} as the stream's error, on an option that cannot be; {DataError} on data that cannot be used.
 * @example
 * examples(arrowFile('mnist-train.arrow'), { input: 'image', target: 'digit', epochs: 5, shuffle: true, seed: 1 })
 */
export function examples(source: Source, options: ExamplesOptions): Observable<Examples> {
  return new Observable((subscriber) => {
    const abort = new AbortController();
    push(source, options, subscriber, abort.signal).then(
      // What an operator has kept until now, as `accumulate` may, is pushed in a turn too.
      () => void new SourceTurn().push(() => subscriber.complete()),
      (error: unknown) => subscriber.error(error),
    );
    return () => abort.abort();
  });
}

async function push(
  source: Source,
  options: ExamplesOptions,
  subscriber: Subscriber<Examples>,
  signal: AbortSignal,
): Promise<void> {
  const reader = await openExamples(source, options, signal);
  try {
    const slice = new TimeSlice();
    const turn = new SourceTurn();
    let next: Examples | undefined;
    // Made once: each example would leave a function to be collected.
    const pushNext = (): void => subscriber.next(next as Examples);
    while (!subscriber.closed && (await reader.advance())) {
      for (next = reader.next(); next !== undefined; next = reader.next()) {
        const held = turn.push(pushNext);
        if (held !== undefined) await held;
        if (subscriber.closed) return;
        if (slice.isOver()) await slice.yield();
        if (subscriber.closed) return;
      }
    }
  } finally {
    await reader.close();
  }
}

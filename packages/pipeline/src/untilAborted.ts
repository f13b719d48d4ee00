import { defer, fromEvent, type MonoTypeOperatorFunction, of, takeUntil } from 'rxjs';

/**
 * Ends the stream, and lets go of its source, when the signal is aborted; at once, where it has been aborted before, of
 * which an event alone would never tell.
 *
 * @example
 * const stop = new AbortController();
 * process.once('SIGINT', () => stop.abort());
 * examples(source, { input: 'image', target: 'digit' }).pipe(untilAborted(stop.signal))
 */
export function untilAborted<T>(signal: AbortSignal): MonoTypeOperatorFunction<T> {
  return takeUntil(defer(() => (signal.aborted ? of(undefined) : fromEvent(signal, 'abort'))));
}

import { fromEvent, type MonoTypeOperatorFunction, takeUntil } from 'rxjs';

/** Ends the stream, and lets go of its source, when the signal is aborted. */
export function untilAborted<T>(signal: AbortSignal): MonoTypeOperatorFunction<T> {
  return takeUntil(fromEvent(signal, 'abort'));
}

import { NEVER, of, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { untilAborted } from './untilAborted.js';

describe('untilAborted', () => {
  it('passes everything on as long as nobody aborts', () => {
    const seen: number[] = [];
    of(1, 2)
      .pipe(untilAborted(new AbortController().signal))
      .subscribe((value) => seen.push(value));
    expect(seen).toEqual([1, 2]);
  });

  it('ends, and lets go of the source, with the abort', () => {
    const stop = new AbortController();
    const source = new Subject<number>();
    const seen: (number | string)[] = [];
    source.pipe(untilAborted(stop.signal)).subscribe({
      next: (value) => seen.push(value),
      complete: () => seen.push('end'),
    });
    source.next(1);
    stop.abort();
    source.next(2);
    expect([seen, source.observed]).toEqual([[1, 'end'], false]);
  });

  it('ends at once where the abort was before the subscription', () => {
    const stop = new AbortController();
    const stream = NEVER.pipe(untilAborted(stop.signal));
    stop.abort();
    let isOver = false;
    stream.subscribe({ complete: () => (isOver = true) });
    expect(isOver).toBe(true);
  });
});

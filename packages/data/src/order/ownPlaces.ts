import type { RowMask } from '../encode/cells/cellReader.js';
import type { ExampleWindow } from './exampleWindow.js';
import type { Shard } from './shard.js';

/** Examples of a window, and those of the epoch before it. */
type Places = Pick<ExampleWindow, 'place' | 'examples'>;

/** The first place from one on in a window's order that is a shard's: the epoch's examples are dealt out in turn. */
export function firstOwn({ rank, size }: Shard, window: Places, place: number): number {
  return place + ((((rank - window.place - place) % size) + size) % size);
}

/** The last place in a window's order that is a shard's, or else the last one: what it borrows should the epoch end there. */
export function lastOwn(shard: Shard, window: Places): number {
  const last = window.examples - 1;
  const own = firstOwn(shard, window, last + 1) - shard.size;
  return own < 0 ? last : own;
}

/** Which rows of a window a shard looks at: its own, or else the one that it borrows. */
export function ownRows(shard: Shard, window: ExampleWindow): RowMask {
  const wanted: RowMask = new Uint8Array(window.rows);
  const { examples } = window;
  for (let place = firstOwn(shard, window, 0); place < examples; place += shard.size) {
    wanted[window.rowAt(place)] = 1;
  }
  if (examples > 0) wanted[window.rowAt(lastOwn(shard, window))] = 1;
  return wanted;
}

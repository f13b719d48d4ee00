import type { ServerResponse } from 'node:http';
import type { Sample } from './sample.js';

/** Samples that are kept: an hour of seconds. */
const KEPT = 3600;
/** Who may watch at once. */
const WATCHERS = 100;
/** Bytes that may wait for a watcher who does not read. */
const WAITING = 2 ** 20;

/**
 * Sends samples to whoever watches, as server-sent events: first those of the last hour, or from the last one that a watcher
 * had before its connection was cut, then each as it comes.
 */
export class LiveFeed {
  readonly #watchers = new Set<ServerResponse>();
  readonly #samples: Sample[] = [];
  #first = 0;

  get isFull(): boolean {
    return this.#watchers.size >= WATCHERS;
  }

  push(sample: Sample): void {
    this.#samples.push(sample);
    if (this.#samples.length > KEPT) {
      this.#samples.shift();
      this.#first++;
    }
    const text = this.#event(this.#samples.length - 1);
    for (const watcher of this.#watchers) {
      if (watcher.writableLength > WAITING) watcher.destroy();
      else watcher.write(text);
    }
  }

  /** @param last the id of the last sample that the watcher has had */
  watch(watcher: ServerResponse, last: number): void {
    watcher.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const from = Number.isInteger(last) ? Math.max(0, last + 1 - this.#first) : 0;
    const missed = this.#samples.map((_, i) => i).slice(from);
    watcher.write(`retry: 1000\n\n${missed.map((i) => this.#event(i)).join('')}`);
    this.#watchers.add(watcher);
    watcher.on('close', () => this.#watchers.delete(watcher));
  }

  close(): void {
    for (const watcher of this.#watchers) watcher.end();
  }

  #event(i: number): string {
    return `id: ${this.#first + i}\ndata: ${JSON.stringify(this.#samples[i])}\n\n`;
  }
}

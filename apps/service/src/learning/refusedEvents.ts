import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Row } from '@fluxion/pipeline';

/** Events that are written down; those beyond are only counted. */
const MOST = 10_000;

/** The events of a log that could not be used, in a file of JSON lines, each with what is wrong with it. */
export class RefusedEvents {
  readonly #path: string;
  readonly #warn: (error: Error) => void;
  #count = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string, warn: (error: Error) => void) {
    this.#path = path;
    this.#warn = warn;
  }

  add(event: object): void {
    if (this.#count++ >= MOST) return;
    const line = `${JSON.stringify(event)}\n`;
    this.#writing = this.#writing
      .then(() => mkdir(dirname(this.#path), { recursive: true }))
      .then(() => appendFile(this.#path, line))
      .catch((error: Error) => {
        // One that cannot be written is warned of, not each.
        this.#count = MOST;
        this.#warn(error);
      });
  }

  /** Settles when all are written. */
  async close(): Promise<void> {
    await this.#writing;
  }
}

/** An event to be written down: as it is, or where that is long the beginning of its text. */
export function shownEvent(event: Row, most: number): { readonly event: Row } | { readonly text: string } {
  try {
    const text = JSON.stringify(event);
    return text.length <= most ? { event } : { text: text.slice(0, most) };
  } catch {
    // It is nested deeper than the stack is.
    return { text: Object.keys(event).join().slice(0, most) };
  }
}

import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

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

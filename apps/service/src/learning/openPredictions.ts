import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { WholeFile } from '@fluxion/checkpoint';
import type { Row } from '@fluxion/pipeline';

/** How many predictions are remembered, and how long. */
export interface OpenPredictionsOptions {
  /** The newest ones, at most. Default 10,000. */
  readonly most?: number;
  /** Seconds. Default a day. */
  readonly seconds?: number;
}

/** A row that was predicted, and when, in milliseconds since 1970. */
interface Open {
  readonly row: Row;
  readonly time: number;
}

/**
 * Rows that were predicted and whose labels may still come, by an id that nobody can guess. What is too old, or one too many,
 * is forgotten, the oldest first.
 */
export class OpenPredictions {
  readonly #open = new Map<string, Open>();
  readonly #most: number;
  readonly #milliseconds: number;

  constructor({ most = 10_000, seconds = 86_400 }: OpenPredictionsOptions = {}) {
    this.#most = most;
    this.#milliseconds = seconds * 1000;
  }

  get size(): number {
    return this.#open.size;
  }

  /** @returns the id of the prediction */
  add(row: Row): string {
    const id = randomUUID();
    this.#open.set(id, { row, time: Date.now() });
    this.#forget();
    return id;
  }

  /** The row of a prediction; undefined where it is unknown, or forgotten. */
  find(id: string): Row | undefined {
    this.#forget();
    return this.#open.get(id)?.row;
  }

  /** Ends the wait: the label has come. */
  delete(id: string): void {
    this.#open.delete(id);
  }

  /** Writes them to a file, for the next start. */
  write(path: string): void {
    const file = new WholeFile(path);
    for (const entry of this.#open) file.write(Buffer.from(`${JSON.stringify(entry)}\n`));
    file.commit();
  }

  /** Takes in what was written to a file, if there is one, and deletes it: once the service runs it is out of date. */
  async read(path: string): Promise<void> {
    const text = await readFile(path, 'utf8').catch(() => '');
    for (const line of text.split('\n').slice(0, -1)) {
      const [id, open] = JSON.parse(line) as [string, Open];
      this.#open.set(id, open);
    }
    this.#forget();
    await rm(path, { force: true });
  }

  #forget(): void {
    const oldest = Date.now() - this.#milliseconds;
    for (const [id, { time }] of this.#open) {
      if (this.#open.size <= this.#most && time >= oldest) break;
      this.#open.delete(id);
    }
  }
}

import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { WholeFile } from '@fluxion/checkpoint';
import type { Row } from '@fluxion/pipeline';
import { DataError } from '@fluxion/tensor';

/** How many predictions are remembered, and how long. */
export interface OpenPredictionsOptions {
  /** The newest ones, at most. Default 10,000. */
  readonly most?: number;
  /** Seconds. Default a day. */
  readonly seconds?: number;
  /** Characters of all their rows as JSON. Default 2²⁶. */
  readonly characters?: number;
}

/** A row that was predicted, as JSON, and when, in milliseconds since 1970. */
interface Open {
  readonly row: string;
  readonly time: number;
}

/**
 * Rows that were predicted and whose labels may still come, by an id that nobody can guess. What is too old, or one too many,
 * is forgotten, the oldest first, and so are those that together are too long, as clients may send long ones.
 */
export class OpenPredictions {
  readonly #open = new Map<string, Open>();
  readonly #most: number;
  readonly #milliseconds: number;
  readonly #mostCharacters: number;
  #characters = 0;

  constructor({ most = 10_000, seconds = 86_400, characters = 2 ** 26 }: OpenPredictionsOptions = {}) {
    this.#most = most;
    this.#milliseconds = seconds * 1000;
    this.#mostCharacters = characters;
  }

  get size(): number {
    return this.#open.size;
  }

  /** @returns the id of the prediction */
  add(row: Row): string {
    const id = randomUUID();
    this.#set(id, { row: JSON.stringify(row), time: Date.now() });
    this.#forget();
    return id;
  }

  /** The row of a prediction; undefined where it is unknown, or forgotten. */
  find(id: string): Row | undefined {
    this.#forget();
    const open = this.#open.get(id);
    return open && (JSON.parse(open.row) as Row);
  }

  /** Ends the wait: the label has come. */
  delete(id: string): void {
    this.#characters -= this.#open.get(id)?.row.length ?? 0;
    this.#open.delete(id);
  }

  /** Writes them to a file, for the next start. */
  write(path: string): void {
    const file = new WholeFile(path);
    for (const entry of this.#open) file.write(Buffer.from(`${JSON.stringify(entry)}\n`));
    file.commit();
  }

  /**
   * Takes in what was written to a file, if there is one, and deletes it: once the service runs it is out of date.
   *
   * @param warn is told where lines of it cannot be read
   */
  async read(path: string, warn: (error: Error) => void): Promise<void> {
    const text = await readFile(path, 'utf8').catch(() => '');
    let damaged = 0;
    for (const line of text.split('\n').slice(0, -1)) {
      const entry = entryOf(line);
      if (entry === undefined) damaged++;
      else this.#set(...entry);
    }
    if (damaged > 0) {
      warn(
        new DataError(
          `expected predictions that wait for their labels, got ${damaged} lines of something else; labels for these are refused`,
          { file: path },
        ),
      );
    }
    this.#forget();
    await rm(path, { force: true });
  }

  #set(id: string, open: Open): void {
    this.delete(id);
    this.#open.set(id, open);
    this.#characters += open.row.length;
  }

  #forget(): void {
    const oldest = Date.now() - this.#milliseconds;
    for (const [id, { time }] of this.#open) {
      const areFew = this.#open.size <= this.#most && this.#characters <= this.#mostCharacters;
      if (areFew && time >= oldest) break;
      this.delete(id);
    }
  }
}

/** A line of the file; undefined where it is none. */
function entryOf(line: string): [string, Open] | undefined {
  try {
    const [id, { row, time }] = JSON.parse(line) as [unknown, Record<string, unknown>];
    if (typeof id !== 'string' || typeof row !== 'string' || typeof time !== 'number') return undefined;
    return isRow(JSON.parse(row)) ? [id, { row, time }] : undefined;
  } catch {
    return undefined;
  }
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

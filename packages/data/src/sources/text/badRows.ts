import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DataError, OptionError } from '@fluxion/tensor';
import { lastAtMost } from '../../lastAtMost.js';
import type { RowError } from './rowError.js';

/** What becomes of rows that break the rules of their format. */
export interface BadRowOptions {
  /**
   * `'raise'`: the first one is an error. `'skip'`: they are left out, and the others are numbered without them.
   * `'quarantine'`: they are also written to a file, each with what is wrong with it. Default `'raise'`.
   */
  readonly onBadRow?: 'raise' | 'skip' | 'quarantine' | undefined;
  /** Share of all rows that may be bad, in [0, 1]: more are an error all the same. Default 0.01. */
  readonly maxBadShare?: number | undefined;
  /** Where bad rows are written, as JSON lines. Default: `_bad-rows.NAME.jsonl` beside the file. */
  readonly quarantineFile?: string | undefined;
}

const MAX_BAD_SHARE = 0.01;

/** The rows of a text that were left out, and the file that they are written to. */
export class BadRows {
  /** Whether rows may be left out. */
  readonly areLeftOut: boolean;
  readonly #path: string;
  readonly #maxShare: number;
  readonly #quarantine: string | undefined;
  #file: { readonly handle: FileHandle; readonly path: string } | undefined;
  #first: DataError | undefined;
  /** Where they start and end. */
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  /** @throws {OptionError} when an option has a value that cannot be used. */
  constructor(
    path: string,
    { onBadRow = 'raise', maxBadShare = MAX_BAD_SHARE, quarantineFile }: BadRowOptions,
  ) {
    if (!['raise', 'skip', 'quarantine'].includes(onBadRow)) {
      throw new OptionError(`onBadRow: expected 'raise', 'skip' or 'quarantine', got '${onBadRow}'`);
    }
    if (!(maxBadShare >= 0 && maxBadShare <= 1)) {
      throw new OptionError(`maxBadShare: expected a number from 0 to 1, got ${maxBadShare}`);
    }
    this.areLeftOut = onBadRow !== 'raise';
    this.#path = path;
    this.#maxShare = maxBadShare;
    if (onBadRow === 'quarantine') {
      this.#quarantine = quarantineFile ?? join(dirname(path), `_bad-rows.${basename(path)}.jsonl`);
    }
  }

  get count(): number {
    return this.#starts.length;
  }

  /**
   * Leaves a row out.
   *
   * @param bytes the row
   * @param start bytes of the text before it
   * @param end and before what comes after it
   */
  async add(bytes: Uint8Array, start: number, end: number, line: number, error: RowError): Promise<void> {
    this.#starts.push(start);
    this.#ends.push(end);
    const { message: reason, column } = error;
    this.#first ??= new DataError(reason, { file: this.#path, line, column }, { cause: error });
    if (this.#quarantine === undefined) return;
    const text = Buffer.from(bytes).toString();
    await this.#writing(async (file) =>
      file.appendFile(`${JSON.stringify({ line, column, reason, text })}\n`),
    );
  }

  /** The first row left out that starts at a place or after it. */
  next(from: number): { readonly start: number; readonly end: number } | undefined {
    const at = lastAtMost(this.#starts, from - 1) + 1;
    return at < this.count ? { start: this.#starts[at] as number, end: this.#ends[at] as number } : undefined;
  }

  /**
   * Ends the look at the text.
   *
   * @param rows that are not left out
   * @throws {DataError} when too many are.
   */
  async end(rows: number): Promise<void> {
    if (this.#first !== undefined && this.count > this.#maxShare * (this.count + rows)) {
      const { reason, place } = this.#first;
      throw new DataError(
        `expected bad rows to be at most a share of ${this.#maxShare}, got ${this.count} among ${this.count + rows}; correct the file, or raise maxBadShare; the first: ${reason}`,
        place,
        { cause: this.#first },
      );
    }
    const file = this.#file;
    this.#file = undefined;
    if (file === undefined) return;
    await file.handle.close();
    await rename(file.path, this.#quarantine as string);
  }

  /** Lets go of what has not come to its end. */
  async close(): Promise<void> {
    if (this.#file === undefined) return;
    await this.#file.handle.close();
    await rm(this.#file.path, { force: true });
    this.#file = undefined;
  }

  async #writing(write: (file: FileHandle) => Promise<void>): Promise<void> {
    try {
      if (this.#file === undefined) {
        const path = `${this.#quarantine}.tmp-${randomUUID()}`;
        this.#file = { handle: await open(path, 'wx'), path };
      }
      await write(this.#file.handle);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new DataError(
        `cannot write its bad rows to ${this.#quarantine}: ${reason}; name another place in quarantineFile`,
        { file: this.#path },
        { cause },
      );
    }
  }
}

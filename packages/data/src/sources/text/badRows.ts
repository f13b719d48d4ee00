import { basename, dirname, join } from 'node:path';
import { DataError } from '@fluxion/tensor';
import { lastAtMost } from '../../lastAtMost.js';
import { BadRowCount } from '../badRows/badRowCount.js';
import type { BadRowOptions } from '../badRows/badRowOptions.js';
import { ByteRanges } from './byteRanges.js';
import type { RowError } from './rowError.js';

/** The rows of a text that were left out, and the file that they are written to. */
export class BadRows {
  readonly #path: string;
  readonly #left: BadRowCount;
  /** Where they are in the text. */
  readonly places: ByteRanges = new ByteRanges();
  /** How many rows come before each. */
  readonly #before: number[] = [];

  /** @throws {OptionError} when an option has a value that cannot be used. */
  constructor(path: string, options: BadRowOptions) {
    this.#path = path;
    this.#left = new BadRowCount(options, (file) => join(dirname(file), `_bad-rows.${basename(file)}.jsonl`));
  }

  /** Whether rows may be left out. */
  get areLeftOut(): boolean {
    return this.#left.areLeftOut;
  }

  get count(): number {
    return this.#left.count;
  }

  /**
   * Leaves a row out.
   *
   * @param bytes the row
   * @param start bytes of the text before it
   * @param end and before what comes after it
   * @param before rows that come before it
   */
  async add(
    bytes: Uint8Array,
    { start, end, before }: { readonly start: number; readonly end: number; readonly before: number },
    line: number,
    error: RowError,
  ): Promise<void> {
    this.places.add(start, end);
    this.#before.push(before);
    const place = { file: this.#path, line, column: error.column };
    await this.#left.add(new DataError(error.message, place, { cause: error }), async () => ({
      text: Buffer.from(bytes).toString(),
    }));
  }

  /** How many were left out before the row of a number. */
  countBefore(row: number): number {
    return lastAtMost(this.#before, row) + 1;
  }

  /**
   * Ends the look at the text.
   *
   * @param rows that are not left out
   * @throws {DataError} when too many are.
   */
  async end(rows: number): Promise<void> {
    this.#left.expectFew(this.count + rows);
    await this.#left.end();
  }

  /** Lets go of what has not come to its end. */
  async close(): Promise<void> {
    await this.#left.close();
  }
}

import { DataError } from '@fluxion/tensor';
import { type BadRowOptions, checkedBadRowOptions } from './badRowOptions.js';
import { Quarantine } from './quarantine.js';

/** Counts the rows that are left out, writes them down where that is asked for, and ends where they are too many. */
export class BadRowCount {
  /** Whether rows may be left out. */
  readonly areLeftOut: boolean;
  readonly #maxShare: number;
  readonly #quarantine: Quarantine | undefined;
  #first: DataError | undefined;
  #count = 0;

  /**
   * @param pathFor where bad rows are written unless the options say so, by the file of the first one
   * @throws {OptionError} when an option has a value that cannot be used.
   */
  constructor(options: BadRowOptions, pathFor: (file: string) => string) {
    const { onBadRow, maxBadShare, quarantineFile } = checkedBadRowOptions(options);
    this.areLeftOut = onBadRow !== 'raise';
    this.#maxShare = maxBadShare;
    if (onBadRow === 'quarantine') {
      this.#quarantine = new Quarantine((file) => quarantineFile ?? pathFor(file));
    }
  }

  get count(): number {
    return this.#count;
  }

  /**
   * Leaves a row out.
   *
   * @param error what is wrong with it, and where it is
   * @param written what is written down of it besides
   */
  async add(error: DataError, written: () => Promise<object>): Promise<void> {
    this.#count++;
    this.#first ??= error;
    if (this.#quarantine === undefined) return;
    const { reason, place } = error;
    await this.#quarantine.add(place.file ?? '', { ...place, reason, ...(await written()) });
  }

  /**
   * @param rows how many there are in all
   * @param others how many were left out elsewhere
   * @throws {DataError} when too many are left out.
   */
  expectFew(rows: number, others = 0): void {
    const bad = this.#count + others;
    if (this.#first === undefined || bad <= this.#maxShare * rows) return;
    const { reason, place } = this.#first;
    throw new DataError(
      `expected bad rows to be at most a share of ${this.#maxShare}, got ${bad} among ${rows}; correct the file, or raise maxBadShare; the first: ${reason}`,
      place,
      { cause: this.#first },
    );
  }

  /** Gives the file of bad rows its name: all of them are in it. */
  async end(): Promise<void> {
    await this.#quarantine?.end();
  }

  /** Lets go of what has not come to its end. */
  async close(): Promise<void> {
    await this.#quarantine?.close();
  }
}

import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { CheckpointError } from '@fluxion/tensor';
import { systemReason } from './systemReason.js';

/**
 * A file that is there whole or not at all: it is written under a temporary name beside its place and renamed at the
 * end. Writing is synchronous, so whoever produces the bytes never runs ahead of the disk.
 *
 * @example
 * const file = new WholeFile('runs/losses.csv');
 * try {
 *   file.write(new TextEncoder().encode('example,loss\n'));
 *   file.commit();
 * } catch (error) {
 *   file.discard();
 *   throw error;
 * }
 */
export class WholeFile {
  readonly path: string;
  readonly #temporary: string;
  readonly #descriptor: number;
  #isOpen = true;

  /** @throws {CheckpointError} naming the path, when it is a folder, or nothing can be written there. */
  constructor(path: string) {
    this.path = path;
    // Nobody can have planted a link under a name that is random, and 'wx' would not follow it.
    this.#temporary = `${path}.tmp-${randomBytes(6).toString('hex')}`;
    this.#descriptor = this.#attempt(() => {
      if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Error('it is a folder');
      return openSync(this.#temporary, 'wx');
    });
  }

  /** @throws {CheckpointError} when there is no room. */
  write(bytes: Uint8Array): void {
    this.#attempt(() => {
      let written = 0;
      while (written < bytes.byteLength) written += writeSync(this.#descriptor, bytes, written);
    });
  }

  /**
   * Puts the file in its place.
   *
   * @throws {CheckpointError} when it cannot be put there.
   */
  commit(): void {
    this.#attempt(() => {
      fsyncSync(this.#descriptor);
      this.#close();
      renameSync(this.#temporary, this.path);
    });
  }

  /** Gives the file up; one that was there before stays. */
  discard(): void {
    this.#close();
    rmSync(this.#temporary, { force: true });
  }

  #close(): void {
    if (this.#isOpen) closeSync(this.#descriptor);
    this.#isOpen = false;
  }

  #attempt<T>(act: () => T): T {
    try {
      return act();
    } catch (cause) {
      throw new CheckpointError(
        `${this.path}: expected a file to write, cannot write it (${systemReason(cause)}); make room there, or name another file`,
        { cause },
      );
    }
  }
}

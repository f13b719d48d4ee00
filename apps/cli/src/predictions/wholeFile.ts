import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';

/**
 * A file that is there whole or not at all: it is written under a temporary name beside its place and renamed at the
 * end. Writing is synchronous, so whoever produces the bytes never runs ahead of the disk.
 */
export class WholeFile {
  readonly path: string;
  readonly #temporary: string;
  readonly #descriptor: number;
  #isOpen = true;

  /** @throws {Error} naming the path, when it is a folder, or nothing can be written there. */
  constructor(path: string) {
    this.path = path;
    this.#temporary = `${path}.tmp-${process.pid}`;
    try {
      if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Error('it is a folder');
      this.#descriptor = openSync(this.#temporary, 'w');
    } catch (cause) {
      const { message } = cause as Error;
      throw new Error(`${path}: expected a file to write, cannot write it (${message}); name another file`, {
        cause,
      });
    }
  }

  write(bytes: Uint8Array): void {
    let written = 0;
    while (written < bytes.byteLength) written += writeSync(this.#descriptor, bytes, written);
  }

  /** Puts the file in its place. */
  commit(): void {
    fsyncSync(this.#descriptor);
    this.#close();
    renameSync(this.#temporary, this.path);
  }

  /** Gives the file up. */
  discard(): void {
    this.#close();
    rmSync(this.#temporary, { force: true });
  }

  #close(): void {
    if (this.#isOpen) closeSync(this.#descriptor);
    this.#isOpen = false;
  }
}

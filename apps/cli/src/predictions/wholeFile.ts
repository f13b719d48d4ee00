import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';

/**
 * A file that is there whole or not at all: it is written under a temporary name beside its place and renamed at the
 * end. Writing is synchronous, so whoever produces the bytes never runs ahead of the disk.
 */
export class WholeFile {
  readonly path: string;
  readonly #temporary: string;
  readonly #descriptor: number;

  /** @throws when there is no such folder, or it cannot be written to. */
  constructor(path: string) {
    this.path = path;
    this.#temporary = `${path}.tmp-${process.pid}`;
    this.#descriptor = openSync(this.#temporary, 'w');
  }

  write(bytes: Uint8Array): void {
    let written = 0;
    while (written < bytes.byteLength) written += writeSync(this.#descriptor, bytes, written);
  }

  /** Puts the file in its place. */
  commit(): void {
    fsyncSync(this.#descriptor);
    closeSync(this.#descriptor);
    renameSync(this.#temporary, this.path);
  }

  /** Gives the file up. */
  discard(): void {
    closeSync(this.#descriptor);
    rmSync(this.#temporary, { force: true });
  }
}

import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { DataError } from '@fluxion/tensor';

/** A file of bad rows, JSON lines, which is there whole or not at all. */
export class Quarantine {
  readonly #pathFor: (file: string) => string;
  #open: { readonly handle: FileHandle; readonly temporary: string; readonly path: string } | undefined;

  /** @param pathFor its path, by the file of the first bad row */
  constructor(pathFor: (file: string) => string) {
    this.#pathFor = pathFor;
  }

  /** @throws {DataError} when it cannot be written. */
  async add(file: string, row: object): Promise<void> {
    const path = this.#open?.path ?? this.#pathFor(file);
    try {
      if (this.#open === undefined) {
        const temporary = `${path}.tmp-${randomUUID()}`;
        this.#open = { handle: await open(temporary, 'wx'), temporary, path };
      }
      await this.#open.handle.appendFile(`${JSON.stringify(row)}\n`);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new DataError(
        `cannot write its bad rows to ${path}: ${reason}; name another place in quarantineFile`,
        { file },
        { cause },
      );
    }
  }

  async end(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return;
    await open.handle.close();
    await rename(open.temporary, open.path);
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return;
    await open.handle.close();
    await rm(open.temporary, { force: true });
  }
}

import { AsyncByteQueue } from 'apache-arrow';

/** What the writer takes for its queue: bytes go to the file at once, so that none pile up. */
export class FileQueue extends AsyncByteQueue {
  readonly #file: { write(bytes: Uint8Array): void };

  constructor(file: { write(bytes: Uint8Array): void }) {
    super();
    this.#file = file;
  }

  override write(bytes: Uint8Array): void {
    this.#file.write(bytes);
  }
}

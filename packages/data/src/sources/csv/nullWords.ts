/** What stands for a value that is missing, unless others are named. */
export const NULLS: readonly string[] = ['', 'NA', 'N/A', 'n/a', 'null', 'NULL', 'NaN', 'nan', '?'];

/** Tells which cells are gaps. */
export class NullWords {
  readonly words: readonly string[];
  readonly #words: ReadonlySet<string>;
  readonly #longest: number;
  readonly #firstBytes = new Uint8Array(256);
  readonly #hasEmpty: boolean;

  constructor(words: readonly string[]) {
    this.words = words;
    const bytes = words.map((word) => Buffer.from(word));
    this.#words = new Set(bytes.map((word) => word.toString('latin1')));
    this.#longest = Math.max(0, ...bytes.map(({ length }) => length));
    for (const [first] of bytes) if (first !== undefined) this.#firstBytes[first] = 1;
    this.#hasEmpty = words.includes('');
  }

  has(bytes: Uint8Array, start: number, end: number): boolean {
    if (start >= end) return this.#hasEmpty;
    if (end - start > this.#longest || this.#firstBytes[bytes[start] as number] === 0) return false;
    return this.#words.has(
      Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1'),
    );
  }
}

import { isUtf8 } from 'node:buffer';
import { MAX_COLUMNS, tooManyColumns } from '../text/columnNames.js';
import { notUtf8, zeroByte } from '../text/encoding.js';
import { RowError } from '../text/rowError.js';
import type { RowFinder } from '../text/rowFinder.js';

const [LF, CR, QUOTE] = [0x0a, 0x0d, 0x22];

/**
 * Finds the rows and cells of CSV, strictly: RFC 4180, with LF or CRLF at the ends of lines and any separator of one
 * byte. Empty lines are passed over; in a table of one column they are gaps.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4180
 */
export class CsvRows implements RowFinder {
  readonly separator: number;
  /**
   * Where the cells found last start and end, without their quotes: two numbers for each. An end is given as its
   * complement, `~end`, where a cell has doubled quotes in it.
   */
  cells: Int32Array = new Int32Array(1024);
  next = 0;
  lines = 0;
  #columns: number | undefined;
  readonly #names: readonly string[] | undefined;
  readonly #special = new Uint8Array(256);

  /** @param names one for each cell of a row; where they are not given, the first row settles how many cells there are. */
  constructor(separator: number, names?: readonly string[]) {
    this.separator = separator;
    this.#names = names;
    this.#columns = names?.length;
    for (const byte of [separator, LF, CR, QUOTE]) this.#special[byte] = 1;
  }

  /** Cells of each row; 0 before the first. */
  get columns(): number {
    return this.#columns ?? 0;
  }

  find(bytes: Uint8Array, from: number, to: number, isLast: boolean, limit: number): number {
    const { separator } = this;
    let { cells } = this;
    const special = this.#special;
    let at = from;
    let count = 0;
    let rows = 0;
    this.next = from;

    while (at < to && rows < limit) {
      const first = count;
      let lines = 1;
      for (;;) {
        if (count === cells.length) cells = this.#longer(count - first, rows);
        let start = at;
        if (at < to && bytes[at] === QUOTE) {
          start = ++at;
          let isDoubled = false;
          for (;;) {
            while (at < to && bytes[at] !== QUOTE) if (bytes[at++] === LF) lines++;
            if (at + 1 >= to || bytes[at + 1] !== QUOTE) break;
            isDoubled = true;
            at += 2;
          }
          if (isLast ? at >= to : at + 1 >= to) {
            if (isLast) throw unclosed(start - 1, rows, this.#name((count - first) / 2));
            return this.#found(bytes, from, rows);
          }
          cells[count++] = start;
          cells[count++] = isDoubled ? ~at : at;
          at++;
        } else {
          at = nextSpecial(bytes, at, to, special);
          cells[count++] = start;
          cells[count++] = at;
        }

        if (at >= to) {
          if (isLast) break;
          return this.#found(bytes, from, rows);
        }
        const byte = bytes[at];
        if (byte === separator) {
          at++;
          continue;
        }
        if (byte === CR) {
          if (at + 1 >= to && !isLast) return this.#found(bytes, from, rows);
          if (at + 1 < to && bytes[at + 1] === LF) at++;
        }
        if (bytes[at] !== LF) throw stray(bytes, at, rows, this.#name((count - first) / 2 - 1));
        at++;
        break;
      }

      this.lines += lines;
      const width = (count - first) / 2;
      const isEmpty = width === 1 && cells[first] === this.next && cells[first + 1] === this.next;
      if (isEmpty && this.#columns !== 1) {
        count = first;
      } else if (width === this.#columns || this.#columns === undefined) {
        this.#columns = width;
        rows++;
      } else {
        throw new RowError(
          `expected ${this.#columns} cells, got ${width}; complete the row, and put a cell that has the separator in it into quotes`,
          this.next,
          rows,
        );
      }
      this.next = at;
    }
    return this.#found(bytes, from, rows);
  }

  #found(bytes: Uint8Array, from: number, rows: number): number {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, this.next - from);
    if (isUtf8(text) && !text.includes(0)) return rows;
    const { cells, columns } = this;
    for (let cell = 0; cell < rows * columns; cell++) {
      const start = cells[2 * cell] as number;
      const end = cells[2 * cell + 1] as number;
      const letters = bytes.subarray(start, end < 0 ? ~end : end);
      const refuse = letters.includes(0) ? zeroByte : isUtf8(letters) ? undefined : notUtf8;
      if (refuse !== undefined) throw refuse(start, Math.floor(cell / columns), this.#name(cell % columns));
    }
    throw new RangeError('text is UTF-8 without zeros in each cell and not as a whole');
  }

  /** The cells with more room. */
  #longer(inRow: number, rows: number): Int32Array {
    if (inRow > 2 * MAX_COLUMNS) throw tooManyColumns(this.next, rows);
    const longer = new Int32Array(2 * this.cells.length);
    longer.set(this.cells);
    this.cells = longer;
    return longer;
  }

  #name(column: number): string | undefined {
    return this.#names?.[column];
  }
}

/** Place of the next byte that is special, or `to`. Four are looked at in a turn, which is faster. */
function nextSpecial(bytes: Uint8Array, from: number, to: number, special: Uint8Array): number {
  let at = from;
  for (const end = to - 3; at < end; at += 4) {
    if (special[bytes[at] as number] === 1) return at;
    if (special[bytes[at + 1] as number] === 1) return at + 1;
    if (special[bytes[at + 2] as number] === 1) return at + 2;
    if (special[bytes[at + 3] as number] === 1) return at + 3;
  }
  while (at < to && special[bytes[at] as number] === 0) at++;
  return at;
}

function unclosed(position: number, row: number, column: string | undefined): RowError {
  return new RowError(
    'expected a closing quote, got the end of the file: the file is cut off, or the quote is stray; double a quote that is part of a quoted cell',
    position,
    row,
    column,
  );
}

function stray(bytes: Uint8Array, at: number, row: number, column: string | undefined): RowError {
  if (bytes[at] === CR) {
    return new RowError(
      'expected a line feed after a carriage return, got none; end lines with LF or CRLF',
      at,
      row,
      column,
    );
  }
  const reason =
    bytes[at] === QUOTE
      ? 'expected quotes around the whole cell or none, got one inside; put the cell into quotes and double those in it'
      : `expected the separator or the end of the line after a closing quote, got '${String.fromCharCode(bytes[at] as number)}'; double a quote that is part of a quoted cell`;
  return new RowError(reason, at, row, column);
}

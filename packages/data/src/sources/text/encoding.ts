import { RowError } from './rowError.js';

/**
 * Where the text starts after a byte order mark.
 *
 * @throws {RowError} when it is UTF-16.
 */
export function textStart(head: Uint8Array): number {
  const [a, b, c] = head;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) {
    throw new RowError('expected text in UTF-8, got UTF-16; save it as UTF-8', 0, 0);
  }
  return a === 0xef && b === 0xbb && c === 0xbf ? 3 : 0;
}

/** To be thrown at bytes that are no UTF-8. */
export function notUtf8(position: number, row: number, column?: string): RowError {
  return new RowError(
    'expected text in UTF-8, got bytes of another encoding; convert it: iconv -f latin1 -t utf8',
    position,
    row,
    column,
  );
}

/** To be thrown at a byte that no text has. */
export function zeroByte(position: number, row: number, column?: string): RowError {
  return new RowError(
    'expected text, got a NUL byte: the file is damaged, or it is UTF-16; convert such a one: iconv -f utf-16le -t utf-8',
    position,
    row,
    column,
  );
}

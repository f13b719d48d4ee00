import type { TextKind } from '../text/columnBuilders.js';
import { decimal } from '../text/decimal.js';
import { isoDate } from '../text/isoDate.js';
import { losesDigits } from '../text/losesDigits.js';

const [PLUS, MINUS, ZERO, NINE] = [0x2b, 0x2d, 0x30, 0x39];
/** Whole numbers of fewer digits are all float64. */
const LONG = 16;

/** Reads the bytes of a cell as a number of some meaning; NaN where they are not of that kind. */
type ReadCell = (bytes: Uint8Array, start: number, end: number) => number;

/** How cells are read, by kind. Words need no reading. */
export const readCell: Readonly<Record<Exclude<TextKind, 'word'>, ReadCell>> = {
  number: decimal,
  boolean: truth,
  date: isoDate,
};

/** The narrowest kind that a cell is of. */
export function cellKind(bytes: Uint8Array, start: number, end: number): TextKind {
  if (isCode(bytes, start, end)) return 'word';
  if (!Number.isNaN(decimal(bytes, start, end))) return 'number';
  if (!Number.isNaN(truth(bytes, start, end))) return 'boolean';
  return Number.isNaN(isoDate(bytes, start, end)) ? 'word' : 'date';
}

/**
 * Whether it is digits that would not be the same again as a number: a zero and more, as of a zip code, or more than a float64
 * holds, as of an identifier.
 */
export function isCode(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start];
  const isPadded = first === ZERO && end - start >= 2;
  if (!isPadded && end - start < LONG) return false;
  for (let at = first === PLUS || first === MINUS ? start + 1 : start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte < ZERO || byte > NINE) return false;
  }
  return isPadded || losesDigits(Buffer.from(bytes.subarray(start, end)).toString('latin1'));
}

/** 1 for `true`, 0 for `false`, in small or capital letters. */
function truth(bytes: Uint8Array, start: number, end: number): number {
  if (isWord('true', bytes, start, end)) return 1;
  return isWord('false', bytes, start, end) ? 0 : Number.NaN;
}

function isWord(word: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== word.length) return false;
  for (let i = 0; i < word.length; i++) {
    // Capital letters differ from small ones in this bit.
    if (((bytes[start + i] as number) | 0x20) !== word.charCodeAt(i)) return false;
  }
  return true;
}

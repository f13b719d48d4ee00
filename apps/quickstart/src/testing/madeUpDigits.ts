import { digitsArrow } from '../digitsArrow.js';

/** Side of a made-up picture. */
export const SIDE = 5;

/** The pixels of a made-up picture: two bright ones tell the digit, the others tell nothing. */
export function pixelsOf(row: number): number[] {
  const digit = row % 10;
  return Array.from({ length: SIDE * SIDE }, (_, pixel) =>
    pixel === digit || pixel === digit + 10 ? 255 : (row * 7919 + pixel * 104_729) % 97,
  );
}

/** An Arrow file of made-up digits: row 0 is a 0, row 9 a 9, row 10 a 0 again. */
export function madeUpDigits(rows: number): Uint8Array {
  const indices = Array.from({ length: rows }, (_, row) => row);
  return digitsArrow(
    { shape: [rows, SIDE, SIDE], values: Uint8Array.from(indices.flatMap(pixelsOf)) },
    { shape: [rows], values: Uint8Array.from(indices, (row) => row % 10) },
  );
}

/** Powers of ten that a double holds exactly. */
const POWERS: Float64Array = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

const [PLUS, MINUS, POINT, ZERO, CAPITAL_E, SMALL_E] = [0x2b, 0x2d, 0x2e, 0x30, 0x45, 0x65];

/** Every whole number below is a double. */
const EXACT = 2 ** 53;

/**
 * Reads a decimal number, to the same bits as `Number(text)`; NaN where the bytes are no decimal number. Taken are a
 * sign, digits with or without a point, an exponent, and `inf` or `infinity`; a caller has cut off spaces.
 *
 * The quotient or product of two exact doubles is rounded once, so it is right where the digits, read as a whole
 * number, and the power of ten are both exact. What has more digits goes to `Number`.
 *
 * @see Clinger, "How to read floating point numbers accurately", PLDI 1990
 */
export function decimal(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const first = bytes[at] as number;
  if (first === MINUS || first === PLUS) at++;
  let digits = 0;
  let whole = 0;
  let power = 0;
  let digit = 0;
  for (; at < end; at++, digits++) {
    digit = (bytes[at] as number) - ZERO;
    if (digit < 0 || digit > 9) break;
    whole = whole * 10 + digit;
  }
  if (at < end && bytes[at] === POINT) {
    const point = ++at;
    for (; at < end; at++) {
      digit = (bytes[at] as number) - ZERO;
      if (digit < 0 || digit > 9) break;
      whole = whole * 10 + digit;
    }
    power = point - at;
    digits -= power;
  }
  if (digits === 0) return infinity(bytes, start, end);
  if (at < end) {
    if (bytes[at] !== SMALL_E && bytes[at] !== CAPITAL_E) return Number.NaN;
    const sign = bytes[++at];
    if (sign === MINUS || sign === PLUS) at++;
    if (at >= end) return Number.NaN;
    let exponent = 0;
    for (; at < end; at++) {
      digit = (bytes[at] as number) - ZERO;
      if (digit < 0 || digit > 9) return Number.NaN;
      exponent = exponent * 10 + digit;
    }
    power += sign === MINUS ? -exponent : exponent;
  }
  if (whole >= EXACT || power > 22 || power < -22) return Number(text(bytes, start, end));
  const value = power < 0 ? whole / (POWERS[-power] as number) : whole * (POWERS[power] as number);
  return first === MINUS ? -value : value;
}

function infinity(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 3 || end - start > 9) return Number.NaN;
  const found = /^([+-]?)inf(?:inity)?$/i.exec(text(bytes, start, end));
  if (found === null) return Number.NaN;
  return found[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function text(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}

import { DataError, type DataPlace } from '@fluxion/tensor';
import { type Data, DataType, Precision, type Vector } from 'apache-arrow';
import { isString } from '../../sources/arrow/strings/isString.js';
import { stringValues } from '../../sources/arrow/strings/stringValues.js';
import { forEachPiece } from '../../sources/forEachPiece.js';
import type { CellReader, RowMask } from './cellReader.js';
import { formattedNumber, isMissing, type NumberFormat, plainNumber } from './numberFormat.js';

/** Milliseconds in a unit of time: second, millisecond, microsecond, nanosecond. */
const unitMs = [1000, 1, 1e-3, 1e-6] as const;
const DAY = 86_400_000;

/**
 * Numbers as float64, NaN for a gap. Integers of 64 bits and decimals are rounded to the nearest float64 (a relative error
 * of at most 1.2e-16), booleans are 0 and 1, dates and times milliseconds since 1970; text is read as a number. An infinity
 * is refused, NaN and an empty text are gaps.
 */
export const numbers: CellReader<number> = numberReader('a number', plainNumber);

/** The same of numbers whose texts are in some format; plain ones where there is none. */
export function formattedNumbers(format: NumberFormat | undefined): CellReader<number> {
  if (format === undefined) return numbers;
  const { decimal = '.', prefix = '', suffix = '' } = format;
  const example = `${prefix}1${decimal}5${suffix}`;
  return numberReader(`a number, as ${example}`, (text) => formattedNumber(text, format));
}

/**
 * Reads cells as numbers.
 *
 * @param expected what a text has to be, for errors
 * @param parse the number that a text says; NaN where it says none
 */
export function numberReader(expected: string, parse: (text: string) => number): CellReader<number> {
  const ofText = (text: string, place: DataPlace): number => {
    if (isMissing(text)) return Number.NaN;
    const value = parse(text);
    if (Number.isFinite(value)) return value;
    throw new DataError(
      `expected ${expected}, got '${shortened(text)}'; correct it, or leave the cell empty`,
      place,
    );
  };
  const finite = (value: number, place: DataPlace): number => {
    // An infinity less itself is NaN, and so is a gap, which is let through.
    if (value - value === 0 || Number.isNaN(value)) return value;
    throw new DataError(`expected a finite number, got ${value}; replace it, or leave the cell empty`, place);
  };
  const ofColumn = async (data: Data, place: DataPlace, wanted?: RowMask): Promise<Float64Array> => {
    if (DataType.isDictionary(data.type)) return ofCodes(data, place, ofColumn);
    const out = new Float64Array(data.length);
    const valueAt = await valuesOf(data, ofText, place);
    await forEachPiece(out.length, (from, to) => {
      for (let row = from; row < to; row++) if (wanted?.[row] !== 0) out[row] = valueAt(row);
    });
    await forEachPiece(out.length, (from, to) => {
      let sum = 0;
      for (let row = from; row < to; row++) {
        const value = out[row] as number;
        sum += value - value;
      }
      if (sum === 0) return;
      for (let row = from; row < to; row++) finite(out[row] as number, { ...place, row });
    });
    if (data.nullCount > 0) {
      await forEachPiece(out.length, (from, to) => {
        for (let row = from; row < to; row++) if (!data.getValid(row)) out[row] = Number.NaN;
      });
    }
    return out;
  };
  return {
    ofColumn,
    ofValue(value, place) {
      if (value === null || value === undefined) return Number.NaN;
      if (typeof value === 'number') return finite(value, place);
      if (typeof value === 'boolean') return value ? 1 : 0;
      if (typeof value === 'bigint') return Number(value);
      if (typeof value === 'string') return ofText(value, place);
      if (value instanceof Date) return value.getTime();
      throw new DataError(`expected ${expected}, got ${typeof value}; give one, or null for a gap`, place);
    },
    room: (size) => new Float64Array(size),
  };
}

/** How the number of a row is found; what it answers for a null is undefined, and need not be finite. */
async function valuesOf(
  data: Data,
  ofText: (text: string, place: DataPlace) => number,
  place: DataPlace,
): Promise<(row: number) => number> {
  const { type } = data;
  if (DataType.isNull(type)) return () => Number.NaN;
  if (isString(type)) {
    const textAt = await stringValues(data, place);
    return (row) => (data.getValid(row) ? ofText(textAt(row), { ...place, row }) : Number.NaN);
  }
  if (DataType.isBool(type)) {
    const bits: Uint8Array = data.values;
    return (row) => ((bits[(data.offset + row) >> 3] as number) >> ((data.offset + row) & 7)) & 1;
  }
  if (DataType.isDecimal(type)) return decimals(data, type.scale);
  const factor = factorOf(type);
  if (factor === undefined) {
    throw new DataError(`expected numbers, text or times, got ${type}; convert the column`, place);
  }
  const values: ArrayLike<number | bigint> = data.values;
  const isHalf = DataType.isFloat(type) && type.precision === Precision.HALF;
  if (isHalf) return (row) => halfFloat(values[row] as number);
  // What a null hides may be an infinity.
  if (data.nullCount > 0) {
    return (row) => (data.getValid(row) ? Number(values[row]) * factor : Number.NaN);
  }
  if (typeof values[0] === 'bigint' || factor !== 1) return (row) => Number(values[row]) * factor;
  return (row) => values[row] as number;
}

function factorOf(type: DataType): number | undefined {
  if (DataType.isInt(type) || DataType.isFloat(type)) return 1;
  if (DataType.isTimestamp(type) || DataType.isTime(type) || DataType.isDuration(type)) {
    return unitMs[type.unit];
  }
  // The first unit of a date is the day, the second the millisecond.
  if (DataType.isDate(type)) return type.unit === 0 ? DAY : 1;
  return undefined;
}

/** Decimals are integers of several 32-bit words, the lowest first, in two's complement, times 10⁻ˢᶜᵃˡᵉ. */
function decimals(data: Data, scale: number): (row: number) => number {
  const { stride } = data;
  const words: Int32Array | Uint32Array = data.values;
  const divisor = 10 ** Math.abs(scale);
  return (row) => {
    let whole = BigInt.asIntN(32, BigInt(words[(row + 1) * stride - 1] as number));
    for (let i = stride - 2; i >= 0; i--) {
      whole = (whole << 32n) | BigInt((words[row * stride + i] as number) >>> 0);
    }
    return scale >= 0 ? Number(whole) / divisor : Number(whole) * divisor;
  };
}

/** The number that 16 bits stand for (IEEE 754 binary16). */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Reads the values of a dictionary once, and then only codes. */
async function ofCodes(
  data: Data,
  place: DataPlace,
  ofColumn: (data: Data, place: DataPlace) => Promise<Float64Array>,
): Promise<Float64Array> {
  const known: number[] = [];
  for (const chunk of (data.dictionary as Vector).data) known.push(...(await ofColumn(chunk, place)));
  const codes: ArrayLike<number | bigint> = data.values;
  return Float64Array.from({ length: data.length }, (_, row) =>
    data.getValid(row) ? (known[Number(codes[row])] ?? Number.NaN) : Number.NaN,
  );
}

/** The beginning of a long text, for error messages. */
export function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

import { elements } from '@fluxion/tensor';
import { DOUBLE } from '../boxWriter.js';
import type { ColumnWriter, SavedColumn } from '../columnWriter.js';
import { standardized } from './numbers.js';

const DAY = 86_400_000;
/** 5 January 1970 was a Monday. */
const MONDAY = 4 * DAY;

/** A column of times, in milliseconds since 1970: where they are in the day, the week and the year, and how far along. */
export function calendar(
  write: ColumnWriter,
  input: string,
  { encoding, memory }: SavedColumn,
): readonly string[] {
  const { parts = [], indicator } = encoding as { parts?: readonly string[]; indicator?: boolean };
  const isGap = write.add('IsNaN', [input]);
  const time = write.add('Where', [isGap, write.doubles(0), input]);
  const isThere = write.asFloats(write.add('Not', [isGap]));
  const shares: Readonly<Record<string, () => string>> = {
    hour: () => write.add('Div', [remainder(write, time, DAY), write.doubles(DAY)]),
    weekday: () => {
      const since = remainder(write, write.add('Sub', [time, write.doubles(MONDAY)]), 7 * DAY);
      return write.add('Div', [floor(write, since, DAY), write.doubles(7)]);
    },
    month: () => monthShare(write, time),
  };
  const values = parts.flatMap((part) => {
    const share = shares[part]?.();
    if (share === undefined) {
      const seen = memory.trend === undefined ? [] : [...elements(memory.trend)];
      return [write.asFloats(standardized(write, time, seen))];
    }
    const angle = write.asFloats(write.add('Mul', [share, write.doubles(2 * Math.PI)]));
    return [write.add('Sin', [angle]), write.add('Cos', [angle])];
  });
  const present = values.map((value) => write.add('Mul', [value, isThere]));
  return indicator === true ? [...present, write.asFloats(isGap)] : present;
}

/** ⌊x / divisor⌋. */
function floor(write: ColumnWriter, x: string, divisor: number): string {
  return write.add('Floor', [write.add('Div', [x, write.doubles(divisor)])]);
}

/** What is left of x after whole periods, before 1970 too. */
function remainder(write: ColumnWriter, x: string, period: number): string {
  return write.add('Sub', [x, write.add('Mul', [floor(write, x, period), write.doubles(period)])]);
}

/**
 * The share of the year that has passed, each month being a twelfth: years begin in March, so that the leap day is the last,
 * and repeat after 400.
 *
 * @see Hinnant, "chrono-compatible low-level date algorithms", 2013, civil_from_days.
 */
function monthShare(write: ColumnWriter, time: string): string {
  const sum = (...terms: readonly (readonly [value: string, factor: number])[]): string =>
    terms
      .map(([value, factor]) => write.add('Mul', [value, write.doubles(factor)]))
      .reduce((a, b) => write.add('Add', [a, b]));
  const plus = (x: string, number: number): string => write.add('Add', [x, write.doubles(number)]);
  const day = floor(write, time, DAY);
  const share = write.add('Div', [remainder(write, time, DAY), write.doubles(DAY)]);
  const ofEra = remainder(write, plus(day, 719_468), 146_097);
  const withoutLeapDays = sum(
    [ofEra, 1],
    [floor(write, ofEra, 1460), -1],
    [floor(write, ofEra, 36_524), 1],
    [floor(write, ofEra, 146_096), -1],
  );
  const year = floor(write, withoutLeapDays, 365);
  const ofYear = sum([ofEra, 1], [year, -365], [floor(write, year, 4), -1], [floor(write, year, 100), 1]);
  const month = floor(write, plus(write.add('Mul', [ofYear, write.doubles(5)]), 2), 153);
  const firstOf = (place: string): string =>
    floor(write, plus(write.add('Mul', [place, write.doubles(153)]), 2), 5);
  const first = firstOf(month);
  // February ends with the year, a day earlier where that is no leap year, and two before what the others' rhythm has.
  const next = plus(year, 1);
  const isMultiple = (of: number): string =>
    write.add('Cast', [write.add('Less', [remainder(write, next, of), write.doubles(0.5)])], { to: DOUBLE });
  const leap = sum([isMultiple(4), 1], [isMultiple(100), -1], [isMultiple(400), 1]);
  const isFebruary = write.add('Greater', [month, write.doubles(10.5)]);
  const usual = write.add('Sub', [firstOf(plus(month, 1)), first]);
  const length = write.add('Where', [isFebruary, plus(leap, 28), usual]);
  const ofMonth = write.add('Div', [write.add('Add', [write.add('Sub', [ofYear, first]), share]), length]);
  const fromJanuary = remainder(write, plus(month, 2), 12);
  return write.add('Div', [write.add('Add', [fromJanuary, ofMonth]), write.doubles(12)]);
}

import type { CellReader } from './cellReader.js';
import { numberReader } from './numbers.js';

/** In which order a date in text has year, month and day: as ISO 8601 has them alone, or in figures and names of months. */
export type DateOrder = 'iso' | 'ymd' | 'dmy' | 'mdy';

/** Those that are tried on a column of text, the surest first. */
export const DATE_ORDERS: readonly DateOrder[] = ['iso', 'ymd', 'dmy', 'mdy'];

/**
 * The order that dates are in which can be read in several, the surest first: where the day may come first or second, dots stand after
 * the day (31.03.) and slashes after the month (3/31/).
 */
export function likelyOrder<Order extends string>(
  orders: readonly Order[],
  example: string | undefined,
): Order | undefined {
  const monthFirst = orders.find((order) => order === 'mdy');
  return orders[0] === 'dmy' && monthFirst !== undefined && example?.includes('/') ? monthFirst : orders[0];
}

const EXAMPLES: Readonly<Record<DateOrder, string>> = {
  iso: 'a date or time of ISO 8601, as 2026-03-31T18:30',
  ymd: 'a date as 2026/03/31',
  dmy: 'a date as 31/03/2026',
  mdy: 'a date as 03/31/2026',
};

/**
 * Times in milliseconds since 1970, NaN for a gap. Numbers are taken for such; text is read as ISO 8601: `2026-03`,
 * `2026-03-31`, `2026-03-31T18:30`, `2026-03-31 18:30:05.25+02:00`; in another order also as `31.3.2026`, `31 Mar 2026` or
 * `March 31, 2026 6:30 PM`. Without an offset it is UTC, wherever the program runs.
 */
export function timeReader(order: DateOrder): CellReader<number> {
  return numberReader(EXAMPLES[order], (text) => textTime(text, order));
}

const CLOCK =
  /^(?:[T\s,]+(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?([AP]\.?M\.?)?\s?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?$/i;
const ISO = /^(\d{4})-(\d\d)(?:-(\d\d))?/;
/** A date by figures, or with the name of its month, in the order of the three parts. */
const FIGURES = /^(\d{1,4})([-/. ])(\d{1,2})\2(\d{1,4})/;
const DAY_FIRST =
  /^(?:[a-z]{2,9}\.?,?\s+)?(\d{1,2})(?:st|nd|rd|th|\.)?[-\s]([a-z]{3,9})\.?[-,\s]\s?(\d{4}|\d\d)(?!\d)/i;
const MONTH_FIRST = /^(?:[a-z]{2,9}\.?,?\s+)?([a-z]{3,9})\.?\s(\d{1,2})(?:st|nd|rd|th)?,?\s(\d{4})/i;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** A day, and what of the text stands behind it. */
type Day = readonly [year: number, month: number, day: number, rest: string];

/** The time that a text says; NaN where it says none, or a day that no calendar has. */
export function textTime(text: string, order: DateOrder): number {
  const trimmed = text.trim();
  const found = isoDay(trimmed) ?? (order === 'iso' ? undefined : otherDay(trimmed, order));
  if (found === undefined) return Number.NaN;
  const [year, month, day, rest] = found;
  const clock = CLOCK.exec(rest);
  if (clock === null) return Number.NaN;
  const [, hour = '0', minute = '0', second = '0', fraction = '0', half, zone] = clock;
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (/^p/i.test(half) ? 12 : 0);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const exists =
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    hours < 24 &&
    (half === undefined || (Number(hour) >= 1 && Number(hour) <= 12)) &&
    Number(minute) < 60 &&
    Number(second) < 60;
  if (!exists) return Number.NaN;
  const seconds = (hours * 60 + Number(minute)) * 60 + Number(second);
  return date.getTime() + (seconds + Number(`0.${fraction}`)) * 1000 - offsetOf(zone);
}

function isoDay(text: string): Day | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [all, year, month, day = '1'] = match;
  const rest = text.slice(all.length);
  // A month has no time of day, and in ISO hours have two figures.
  if (match[3] === undefined ? rest !== '' : !/^([T ]\d\d:|$)/.test(rest)) return undefined;
  return [Number(year), Number(month), Number(day), rest];
}

function otherDay(text: string, order: DateOrder): Day | undefined {
  const named = namedDay(text);
  if (named !== undefined) return named;
  const match = FIGURES.exec(text);
  if (match === null) return undefined;
  const [all, first, , second, third] = match as unknown as [string, string, string, string, string];
  const rest = text.slice(all.length);
  const [year, month, day] =
    order === 'ymd'
      ? [first, second, third]
      : order === 'dmy'
        ? [third, second, first]
        : [third, first, second];
  if (![2, 4].includes(year.length) || day.length > 2 || month.length > 2) return undefined;
  if (order === 'ymd' && year.length !== 4) return undefined;
  return [fullYear(year), Number(month), Number(day), rest];
}

function namedDay(text: string): Day | undefined {
  const dayFirst = DAY_FIRST.exec(text);
  const [all, day, name, year] =
    dayFirst ?? reordered(MONTH_FIRST.exec(text)) ?? ([] as readonly (string | undefined)[]);
  if (all === undefined || day === undefined || name === undefined || year === undefined) return undefined;
  const month = MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;
  return month === 0 ? undefined : [fullYear(year), month, Number(day), text.slice(all.length)];
}

function reordered(match: RegExpExecArray | null): readonly (string | undefined)[] | undefined {
  return match === null ? undefined : [match[0], match[2], match[1], match[3]];
}

/** Two figures are a year from 1970 to 2069. */
function fullYear(figures: string): number {
  const year = Number(figures);
  return figures.length > 2 ? year : year + (year < 70 ? 2000 : 1900);
}

/** Milliseconds that a time zone is ahead of UTC. */
function offsetOf(zone: string | undefined): number {
  if (zone === undefined || !/^[+-]/.test(zone)) return 0;
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

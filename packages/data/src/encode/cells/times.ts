import type { CellReader } from './cellReader.js';
import { numberReader } from './numbers.js';

const ISO =
  /^(\d{4})-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d\d(?::?\d\d)?)?)?)?$/;

/**
 * Times in milliseconds since 1970, NaN for a gap. Numbers are taken for such; text is read as ISO 8601: `2026-03`,
 * `2026-03-31`, `2026-03-31T18:30`, `2026-03-31 18:30:05.25+02:00`. Without an offset it is UTC, wherever the program runs.
 */
export const times: CellReader<number> = numberReader(
  'a date or time of ISO 8601, as 2026-03-31T18:30',
  isoTime,
);

/** The time that a text says; NaN where it says none, or a day that no calendar has. */
export function isoTime(text: string): number {
  const match = ISO.exec(text.trim());
  if (match === null) return Number.NaN;
  const [, year, month, day = '01', hour = '00', minute = '00', second = '00', fraction = '0', zone] = match;
  const monthIndex = Number(month) - 1;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), monthIndex, Number(day));
  const exists =
    date.getUTCMonth() === monthIndex && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
  if (!exists) return Number.NaN;
  const seconds = (Number(hour) * 60 + Number(minute)) * 60 + Number(second);
  return date.getTime() + (seconds + Number(`0.${fraction}`)) * 1000 - offsetOf(zone);
}

/** Milliseconds that a time zone is ahead of UTC. */
function offsetOf(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

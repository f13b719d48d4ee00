const ISO =
  /^(\d{4})-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d\d(?::?\d\d)?)?)?)?$/;

/**
 * Milliseconds since 1970 of a date or time as ISO 8601 writes it: `2026-03`, `2026-03-31`, `2026-03-31T18:30`,
 * `2026-03-31 18:30:05.25+02:00`. Without an offset it is UTC, wherever the program runs. NaN for any other text, and for a
 * day that no calendar has.
 */
export function isoTime(text: string): number {
  const match = ISO.exec(text.trim());
  if (match === null) return Number.NaN;
  const [, year, month, day = '01', hour = '00', minute = '00', second = '00', fraction = '', zone] = match;
  const ms = Number(`0.${fraction || '0'}`) * 1000;
  const time = Date.UTC(+(year as string), +(month as string) - 1, +day, +hour, +minute, +second);
  const date = new Date(time);
  const exists =
    date.getUTCMonth() === +(month as string) - 1 &&
    date.getUTCDate() === +day &&
    +hour < 24 &&
    +minute < 60 &&
    +second < 60;
  return exists ? time + ms - offsetOf(zone) : Number.NaN;
}

/** Milliseconds that a time zone is ahead of UTC. */
function offsetOf(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  const minutes = +digits.slice(0, 2) * 60 + +digits.slice(2);
  return (zone[0] === '-' ? -minutes : minutes) * 60_000;
}

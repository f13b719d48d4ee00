const [POINT, COMMA, COLON, DASH, PLUS, SPACE, T, Z] = [0x2e, 0x2c, 0x3a, 0x2d, 0x2b, 0x20, 0x54, 0x5a];

const MINUTE = 60_000;

/**
 * Reads a date of ISO 8601 as milliseconds since 1970; NaN where the bytes are none. Taken are `2024-05`, `2024-05-31` and
 * a time after `T` or a space: `10:30`, `10:30:15`, `10:30:15.123`, then nothing, `Z`, `+02`, `+0200` or `+02:00`.
 * A time without a zone is one of UTC. Digits below the millisecond are cut off.
 */
export function isoDate(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length < 7 || length > 40 || bytes[start + 4] !== DASH) return Number.NaN;
  const year = digits(bytes, start, 4);
  const month = digits(bytes, start + 5, 2);
  if (length === 7) return dayOf(year, month, 1);
  if (length < 10 || bytes[start + 7] !== DASH) return Number.NaN;
  const day = dayOf(year, month, digits(bytes, start + 8, 2));
  let at = start + 10;
  if (at === end) return day;

  if (end < at + 6 || (bytes[at] !== T && bytes[at] !== SPACE) || bytes[at + 3] !== COLON) return Number.NaN;
  const hours = digits(bytes, at + 1, 2);
  const minutes = digits(bytes, at + 4, 2);
  if (!(hours < 24 && minutes < 60)) return Number.NaN;
  let time = (hours * 60 + minutes) * MINUTE;
  at += 6;
  if (at < end && bytes[at] === COLON) {
    const seconds = end < at + 3 ? Number.NaN : digits(bytes, at + 1, 2);
    // A leap second is counted as the first of the next minute.
    if (!(seconds <= 60)) return Number.NaN;
    time += seconds * 1000;
    at += 3;
    if (at < end && (bytes[at] === POINT || bytes[at] === COMMA)) {
      const first = ++at;
      let unit = 100;
      for (; at < end && isDigit(bytes[at] as number); at++, unit /= 10) {
        if (unit >= 1) time += unit * ((bytes[at] as number) - 0x30);
      }
      if (at === first) return Number.NaN;
    }
  }
  return day + time - zone(bytes, at, end);
}

/** Milliseconds by which the clocks of a zone are ahead. */
function zone(bytes: Uint8Array, at: number, end: number): number {
  const length = end - at;
  if (length === 0 || (length === 1 && bytes[at] === Z)) return 0;
  const sign = bytes[at] === PLUS ? 1 : bytes[at] === DASH ? -1 : Number.NaN;
  const hours = length < 3 ? Number.NaN : digits(bytes, at + 1, 2);
  let minutes = Number.NaN;
  if (length === 3) minutes = 0;
  else if (length === 5) minutes = digits(bytes, at + 3, 2);
  else if (length === 6 && bytes[at + 3] === COLON) minutes = digits(bytes, at + 4, 2);
  return hours < 24 && minutes < 60 ? sign * (hours * 60 + minutes) * MINUTE : Number.NaN;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function digits(bytes: Uint8Array, start: number, count: number): number {
  let value = 0;
  for (let at = start; at < start + count; at++) {
    const byte = bytes[at] as number;
    if (!isDigit(byte)) return Number.NaN;
    value = value * 10 + byte - 0x30;
  }
  return value;
}

const DAYS: readonly number[] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Midnight of a day of the calendar; NaN where the calendar has no such day. */
function dayOf(year: number, month: number, day: number): number {
  const days = DAYS[month - 1];
  if (days === undefined || !(year >= 0 && day >= 1 && day <= days)) return Number.NaN;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month === 2 && day === 29 && !isLeap) return Number.NaN;
  // Days since 1970 by the count of leap years in whole years that start in March.
  const y = month <= 2 ? year - 1 : year;
  const inYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    (365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + inYear - 719_468) * 86_400_000
  );
}

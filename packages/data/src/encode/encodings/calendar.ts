import type { Floats, Json } from '@fluxion/tensor';
import { type DateOrder, timeReader } from '../cells/times.js';
import {
  booleanRule,
  type ColumnMemory,
  type ColumnState,
  type EncodingDefinition,
  type EncodingDescription,
} from './encoding.js';
import { encodingOf } from './encodingOf.js';
import { Moments } from './moments.js';

/** What is told of a time. */
export type CalendarPart = 'hour' | 'weekday' | 'month' | 'trend';

/** Options of times by the calendar. */
export interface CalendarOptions {
  /** What is told of a time. By default all; of dates without a time of day, all but the hour. */
  readonly parts?: readonly CalendarPart[];
  /**
   * In which order a date in text has its parts, where it is not ISO 8601: year, month, day (`ymd`), `dmy` or `mdy`. By default
   * `fitEncoder` finds that, and `onlineEncoder` takes ISO 8601.
   */
  readonly order?: Exclude<DateOrder, 'iso'>;
  /** Whether a last number is 1 for a gap. By default where there were gaps when it was fitted. */
  readonly indicator?: boolean;
}

/** Description of times by the calendar. */
export interface Calendar extends EncodingDescription, CalendarOptions {
  readonly kind: 'calendar';
}

/**
 * Dates and times, in UTC: where they are in the day (`hour`), the week (`weekday`, Monday first) and the year (`month`),
 * each as the point (sin 2πs, cos 2πs) of a circle, s in [0, 1) being the share of the period that has passed, so that
 * December is next to January; and how far they are along (`trend`), standardized. A gap is 0 throughout.
 *
 * @example
 * await fitEncoder(source, { target: 'delay', columns: { departure: calendar({ parts: ['hour', 'weekday'] }) } });
 */
export function calendar(options: CalendarOptions = {}): Calendar {
  return encodingOf('calendar', options, "parts: ['hour']");
}

const PARTS: readonly CalendarPart[] = ['hour', 'weekday', 'month', 'trend'];
const DAY = 86_400_000;
/** 5 January 1970 was a Monday. */
const MONDAY = 4 * DAY;

/** The share of a period that has passed, by part. */
const shares: Readonly<Record<Exclude<CalendarPart, 'trend'>, (time: number) => number>> = {
  hour: (time) => remainder(time, DAY) / DAY,
  weekday: (time) => Math.floor(remainder(time - MONDAY, 7 * DAY) / DAY) / 7,
  month(time) {
    const date = new Date(time);
    const year = date.getUTCFullYear();
    const month = date.getUTCMonth();
    const start = Date.UTC(year, month);
    return (month + (time - start) / (Date.UTC(year, month + 1) - start)) / 12;
  },
};

/** How times are told by the calendar. */
export const calendarEncoding: EncodingDefinition<Calendar, number> = {
  options: {
    parts: {
      expected: `a list of ${PARTS.join(', ')}, each once`,
      allows: (value) =>
        Array.isArray(value) &&
        value.length > 0 &&
        new Set(value).size === value.length &&
        value.every((part) => PARTS.includes(part)),
    },
    order: {
      expected: "'ymd', 'dmy' or 'mdy'",
      allows: (value) => value === 'ymd' || value === 'dmy' || value === 'mdy',
    },
    indicator: booleanRule,
  },
  written: ({ order }) => (order === undefined ? 'date' : undefined),
  reader: ({ order }) => timeReader(order ?? 'iso'),
  start: (description, memory) => new CalendarColumn(description, memory),
};

/** What has been seen of the column. */
interface Tally {
  readonly trend: Float64Array;
  /** Times, gaps, and times of day other than midnight. */
  readonly cells: Float64Array;
}

class CalendarColumn implements ColumnState<number, Tally> {
  readonly memory: ColumnMemory & Tally;
  readonly #trend: Moments;
  /** Times, gaps, and times of day other than midnight. */
  readonly #cells: Float64Array;
  readonly #order: Calendar['order'];
  #parts: readonly CalendarPart[] | undefined;
  #indicator: boolean | undefined;

  constructor({ parts, order, indicator }: Calendar, memory: ColumnMemory | undefined) {
    this.#trend = new Moments(memory?.trend);
    this.#cells = memory?.cells ?? new Float64Array(3);
    this.#parts = parts;
    this.#order = order;
    this.#indicator = indicator;
    this.memory = { trend: this.#trend.memory, cells: this.#cells };
  }

  get description(): EncodingDescription & { readonly [name: string]: Json } {
    return {
      kind: 'calendar',
      parts: this.#parts ?? PARTS,
      ...(this.#order && { order: this.#order }),
      indicator: this.#indicator === true,
    };
  }

  get width(): number {
    const parts = this.#parts ?? PARTS;
    return parts.reduce(
      (width, part) => width + (part === 'trend' ? 1 : 2),
      this.#indicator === true ? 1 : 0,
    );
  }

  see(time: number): void {
    const cells = this.#cells;
    if (Number.isNaN(time)) {
      cells[1] = (cells[1] as number) + 1;
      return;
    }
    cells[0] = (cells[0] as number) + 1;
    if (remainder(time, DAY) !== 0) cells[2] = (cells[2] as number) + 1;
    this.#trend.see(time);
  }

  tally(): Tally {
    return this.memory;
  }

  merge({ trend, cells }: Tally): void {
    this.#trend.merge(trend);
    for (const [i, count] of cells.entries()) this.#cells[i] = (this.#cells[i] as number) + count;
  }

  settle(): void {
    const [count, gaps, ofDay] = this.#cells as unknown as [number, number, number];
    // Who fits nothing knows neither whether gaps will come nor times of day.
    this.#indicator ??= gaps > 0 || count === 0;
    this.#parts ??= ofDay > 0 || count === 0 ? PARTS : PARTS.filter((part) => part !== 'hour');
  }

  encode(time: number, out: Floats, at: number): void {
    const isGap = Number.isNaN(time);
    let i = at;
    for (const part of this.#parts ?? PARTS) {
      if (part === 'trend') {
        out[i++] = isGap ? 0 : this.#trend.standardize(time);
        continue;
      }
      const angle = isGap ? 0 : 2 * Math.PI * shares[part](time);
      out[i++] = isGap ? 0 : Math.sin(angle);
      out[i++] = isGap ? 0 : Math.cos(angle);
    }
    if (this.#indicator === true) out[i] = isGap ? 1 : 0;
  }
}

/** What is left of a time after whole periods, before 1970 too. */
function remainder(time: number, period: number): number {
  return time - Math.floor(time / period) * period;
}

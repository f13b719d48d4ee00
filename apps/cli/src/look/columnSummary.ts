import { DATE_ORDERS, FormatSearch, isMissing, textTime } from '@fluxion/data';
import { type Data, DataType, Vector } from 'apache-arrow';

/** What a column holds. */
export interface ColumnSummary {
  readonly kind: 'number' | 'words' | 'yes or no' | 'time' | 'list' | 'other';
  /** Cells without a value. */
  readonly gaps: number;
  /** Of numbers, and of times as ISO 8601, be they written in words; absent where there is no value. */
  readonly min?: number | string;
  readonly max?: number | string;
  /** Different words; absent where they are no words, or too many to count. */
  readonly distinct?: number;
  /** Numbers of each cell, where it is a list. */
  readonly length?: number;
}

/** Sees a column block by block. */
export interface ColumnSummarizer {
  add(data: Data): void;
  readonly summary: ColumnSummary;
}

/** Different words that are counted: a column of more is as good as one of all different. */
const MOST_WORDS = 100_000;

export function columnSummarizer(type: DataType): ColumnSummarizer {
  const values = DataType.isDictionary(type) ? (type.dictionary as DataType) : type;
  const kind = kindOf(values);
  const words = new Set<string>();
  const written = writtenValues();
  let gaps = 0;
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const see = (value: unknown): void => {
    if (value === null || value === undefined || (typeof value === 'number' && Number.isNaN(value))) gaps++;
    else if (kind === 'words') {
      if (words.size <= MOST_WORDS) words.add(String(value));
      written.see(String(value));
    } else if (kind === 'number' || kind === 'time') {
      const number = Number(value);
      min = Math.min(min, number);
      max = Math.max(max, number);
    }
  };
  return {
    add(data) {
      for (const value of new Vector([data])) see(value);
    },
    get summary() {
      const shown = (value: number): number | string =>
        kind === 'time' ? new Date(value).toISOString() : value;
      const { missing, ...range } = written.found ?? { missing: 0 };
      return {
        kind,
        gaps: gaps + missing,
        ...(min <= max && { min: shown(min), max: shown(max) }),
        ...range,
        ...(kind === 'words' && words.size <= MOST_WORDS && { distinct: words.size }),
        ...(DataType.isFixedSizeList(type) && { length: type.listSize }),
      };
    },
  };
}

/** Finds out whether words are all numbers or dates, however they are written, and between which bounds. */
function writtenValues() {
  const bounds = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };
  let numbers = (['.', ','] as const).map((decimal) => ({ search: new FormatSearch(decimal), ...bounds }));
  let dates = DATE_ORDERS.map((order) => ({ order, ...bounds }));
  let missing = 0;
  const takes = (reading: { min: number; max: number }, value: number | undefined): boolean => {
    if (value === undefined || Number.isNaN(value)) return false;
    reading.min = Math.min(reading.min, value);
    reading.max = Math.max(reading.max, value);
    return true;
  };
  return {
    see(word: string): void {
      if (numbers.length === 0 && dates.length === 0) return;
      dates = dates.filter((reading) => takes(reading, textTime(word, reading.order)));
      if (isMissing(word)) missing++;
      else numbers = numbers.filter((reading) => takes(reading, reading.search.see(word)));
    },
    get found():
      | { readonly min: number | string; readonly max: number | string; readonly missing: number }
      | undefined {
      const [number, date] = [numbers[0], dates[0]];
      if (number !== undefined && number.min <= number.max)
        return { min: number.min, max: number.max, missing };
      if (date === undefined || date.min > date.max) return undefined;
      const [min = '', max = ''] = [date.min, date.max].map((time) => new Date(time).toISOString());
      return { min, max, missing: 0 };
    },
  };
}

function kindOf(type: DataType): ColumnSummary['kind'] {
  if (DataType.isInt(type) || DataType.isFloat(type) || DataType.isDecimal(type)) return 'number';
  if (DataType.isBool(type)) return 'yes or no';
  if (DataType.isTimestamp(type) || DataType.isDate(type)) return 'time';
  if (DataType.isFixedSizeList(type) || DataType.isList(type)) return 'list';
  const isText = DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isUtf8View(type);
  return isText ? 'words' : 'other';
}

import { WrittenRange } from '@fluxion/data';
import { type Data, DataType, Vector } from 'apache-arrow';

/** What a column holds. */
export interface ColumnSummary {
  readonly kind: 'number' | 'words' | 'pictures' | 'yes or no' | 'time' | 'list' | 'other';
  /** Cells without a value. */
  readonly gaps: number;
  /** Of numbers, and of times as ISO 8601, be they written in words; absent where there is no value. */
  readonly min?: number | string;
  readonly max?: number | string;
  /** Different words; absent where they are no words, or too many to count. */
  readonly distinct?: number;
  /** Numbers of each cell, where it is a list. */
  readonly length?: number;
  /** Least and greatest width and height of pictures. */
  readonly pixels?: Pixels;
}

/** Between which bounds the sizes of pictures lie, in pixels. */
export interface Pixels {
  readonly width: readonly [least: number, most: number];
  readonly height: readonly [least: number, most: number];
}

/** Sees a column block by block. */
export interface ColumnSummarizer {
  add(data: Data): Promise<void> | void;
  readonly summary: ColumnSummary;
}

/** Different words that are counted: a column of more is as good as one of all different. */
const MOST_WORDS = 100_000;

export function columnSummarizer(type: DataType): ColumnSummarizer {
  const values = DataType.isDictionary(type) ? (type.dictionary as DataType) : type;
  const kind = kindOf(values);
  const words = new Set<string>();
  const written = new WrittenRange();
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

function kindOf(type: DataType): ColumnSummary['kind'] {
  if (DataType.isInt(type) || DataType.isFloat(type) || DataType.isDecimal(type)) return 'number';
  if (DataType.isBool(type)) return 'yes or no';
  if (DataType.isTimestamp(type) || DataType.isDate(type)) return 'time';
  if (DataType.isFixedSizeList(type) || DataType.isList(type)) return 'list';
  const isText = DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isUtf8View(type);
  return isText ? 'words' : 'other';
}

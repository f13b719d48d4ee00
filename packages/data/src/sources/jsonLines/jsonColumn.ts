import type { Data, DataType } from 'apache-arrow';
import {
  AnyListBuilder,
  type ColumnBuilder,
  ListBuilder,
  listOfAnyType,
  listType,
  numericBuilder,
  type TextKind,
  textType,
  WordBuilder,
} from '../text/columnBuilders.js';
import { isoDate } from '../text/isoDate.js';

/**
 * What a column of JSON holds: a kind; `digits`, numbers of which one would be rounded as a float64, and which are given as words; or
 * lists, of so many numbers, of any numbers, or of words.
 */
export type JsonKind = TextKind | 'digits' | ListKind;

/** Lists that have the same size, unless none is said. */
interface ListKind {
  readonly list: 'number' | 'word' | 'nothing';
  readonly size?: number;
}

/** Arrow's type for what a column holds. */
export function jsonType(kind: JsonKind): DataType {
  if (typeof kind !== 'object') return textType(kind === 'digits' ? 'word' : kind);
  return kind.size === undefined ? listOfAnyType(kind.list) : listType(kind.size);
}

/** What a value is, seen alone; undefined where it is nothing that a column can hold. */
export function jsonKind(value: unknown): JsonKind | undefined {
  switch (typeof value) {
    case 'number':
      return 'number';
    case 'bigint':
      return 'digits';
    case 'boolean':
      return 'boolean';
    case 'string':
      return Number.isNaN(dateOf(value)) ? 'word' : 'date';
    default:
      return Array.isArray(value) ? listKind(value) : undefined;
  }
}

/** What a column holds that has held one kind and now gets another; undefined where it cannot have both. */
export function joinKinds(a: JsonKind, b: JsonKind): JsonKind | undefined {
  if (typeof a === 'object' || typeof b === 'object') {
    return typeof a === 'object' && typeof b === 'object' ? joinLists(a, b) : undefined;
  }
  if (a === b) return a;
  // A date is a word too, and a number among digits is digits.
  const isText = (kind: JsonKind): boolean => kind === 'word' || kind === 'date';
  if (isText(a) && isText(b)) return 'word';
  const isNumber = (kind: JsonKind): boolean => kind === 'number' || kind === 'digits';
  return isNumber(a) && isNumber(b) ? 'digits' : undefined;
}

/** A kind in words. */
export function kindName(kind: JsonKind | undefined): string {
  if (kind === undefined) return 'a list of other things than numbers or strings';
  if (typeof kind === 'object') {
    return kind.list === 'word' ? 'a list of strings' : `a list of ${kind.size ?? 'any'} numbers`;
  }
  if (kind === 'digits') return 'a number';
  return kind === 'word' ? 'a string' : `a ${kind}`;
}

function listKind(value: readonly unknown[]): ListKind | undefined {
  if (value.length === 0) return { list: 'nothing' };
  if (value.every((one) => typeof one === 'number')) return { list: 'number', size: value.length };
  return value.every((one) => typeof one === 'string') ? { list: 'word' } : undefined;
}

/** The first of them, where it holds the second too. */
function joinLists(a: ListKind, b: ListKind): ListKind | undefined {
  if (a.list !== b.list && a.list !== 'nothing' && b.list !== 'nothing') return undefined;
  const list = a.list === 'nothing' ? b.list : a.list;
  return list === a.list && (a.size === undefined || a.size === b.size) ? a : { list };
}

function dateOf(text: string): number {
  // No date is longer; a long text is not worth a copy.
  if (text.length < 7 || text.length > 40) return Number.NaN;
  const bytes = Buffer.from(text);
  return isoDate(bytes, 0, bytes.length);
}

/** Takes the values of a column. */
export interface JsonColumn {
  /** Takes a value that is of the column's kind. */
  add(value: unknown): void;
  addNull(): void;
  data(): Data;
}

/** A column of so many values of a kind. */
export function jsonColumn(kind: JsonKind, capacity: number): JsonColumn {
  if (typeof kind === 'object') {
    const { list, size } = kind;
    const builder = size === undefined ? new AnyListBuilder(capacity, list) : new ListBuilder(capacity, size);
    return built(builder, (value) => builder.add(value as readonly number[]));
  }
  if (kind === 'word' || kind === 'digits') {
    const builder = new WordBuilder(capacity);
    return built(builder, (value) => {
      const bytes = Buffer.from(String(value));
      builder.add(bytes, 0, bytes.length);
    });
  }
  const builder = numericBuilder(kind, capacity);
  return built(builder, (value) => builder.add(kind === 'date' ? dateOf(String(value)) : Number(value)));
}

function built(builder: ColumnBuilder, add: (value: unknown) => void): JsonColumn {
  return { add, addNull: () => builder.addNull(), data: () => builder.data() };
}

import type { Data, DataType } from 'apache-arrow';
import {
  type ColumnBuilder,
  ListBuilder,
  listType,
  numericBuilder,
  type TextKind,
  textType,
  WordBuilder,
} from '../text/columnBuilders.js';
import { isoDate } from '../text/isoDate.js';

/** What a column of JSON holds: a kind, or lists of so many numbers. */
export type JsonKind = TextKind | { readonly size: number };

/** Arrow's type for what a column holds. */
export function jsonType(kind: JsonKind): DataType {
  return typeof kind === 'object' ? listType(kind.size) : textType(kind);
}

/** What a value is, seen alone; undefined where it is nothing that a column can hold. */
export function jsonKind(value: unknown): JsonKind | undefined {
  switch (typeof value) {
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'string':
      return Number.isNaN(dateOf(value)) ? 'word' : 'date';
    default:
      return isNumbers(value) ? { size: value.length } : undefined;
  }
}

/** What a column holds that has held one kind and now gets another; undefined where it cannot have both. */
export function joinKinds(a: JsonKind, b: JsonKind): JsonKind | undefined {
  if (typeof a === 'object' || typeof b === 'object') {
    return typeof a === 'object' && typeof b === 'object' && a.size === b.size ? a : undefined;
  }
  if (a === b) return a;
  // A date is a word too.
  const isText = (kind: TextKind): boolean => kind === 'word' || kind === 'date';
  return isText(a) && isText(b) ? 'word' : undefined;
}

/** A kind in words. */
export function kindName(kind: JsonKind | undefined): string {
  if (kind === undefined) return 'a list of other things than numbers';
  return typeof kind === 'object'
    ? `a list of ${kind.size} numbers`
    : kind === 'word'
      ? 'a string'
      : `a ${kind}`;
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'number');
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
    const builder = new ListBuilder(capacity, kind.size);
    return built(builder, (value) => builder.add(value as readonly number[]));
  }
  if (kind === 'word') {
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

import { OptionError } from '@fluxion/tensor';
import {
  Bool,
  type Data,
  type DataType,
  Field,
  FixedSizeList,
  Float64,
  List,
  makeData,
  TimestampMillisecond,
  Utf8,
} from 'apache-arrow';

/** What a column of text holds. A word is any text. */
export type TextKind = 'number' | 'boolean' | 'date' | 'word';

const KINDS: readonly TextKind[] = ['number', 'boolean', 'date', 'word'];

/**
 * Checks what the columns of a file are said to hold.
 *
 * @param where whose option it is
 * @throws {OptionError} when it is no kind.
 */
export function textKinds(
  where: string,
  columns: Readonly<Record<string, TextKind>>,
): ReadonlyMap<string, TextKind> {
  for (const [name, kind] of Object.entries(columns)) {
    if (!KINDS.includes(kind)) {
      throw new OptionError(
        `${where} columns: expected one of ${KINDS.join(', ')} for '${name}', got '${kind}'`,
      );
    }
  }
  return new Map(Object.entries(columns));
}

/** Takes the values of a column one after the other. */
export abstract class ColumnBuilder {
  protected length = 0;
  #nulls = 0;
  readonly #valid: Uint8Array;

  constructor(capacity: number) {
    this.#valid = new Uint8Array(Math.ceil(capacity / 8)).fill(0xff);
  }

  addNull(): void {
    const byte = this.length >> 3;
    this.#valid[byte] = (this.#valid[byte] as number) & ~(1 << (this.length & 7));
    this.#nulls++;
    this.skip();
  }

  /** Takes a place without a value. */
  protected skip(): void {
    this.length++;
  }

  /** What makes `Data` of the values, besides the values themselves. */
  protected get shared(): { length: number; nullCount: number; nullBitmap: Uint8Array | null } {
    const { length } = this;
    return { length, nullCount: this.#nulls, nullBitmap: this.#nulls === 0 ? null : this.#valid };
  }

  /** The column as Arrow holds it. */
  abstract data(): Data;
}

/** Takes values that are numbers, or that a number stands for. */
export interface NumericBuilder extends ColumnBuilder {
  add(value: number): void;
}

/** A builder for so many values of a kind, each of which a number stands for. */
export function numericBuilder(kind: Exclude<TextKind, 'word'>, capacity: number): NumericBuilder {
  switch (kind) {
    case 'number':
      return new NumberBuilder(capacity);
    case 'boolean':
      return new BooleanBuilder(capacity);
    case 'date':
      return new DateBuilder(capacity);
  }
}

class NumberBuilder extends ColumnBuilder {
  readonly #values: Float64Array;

  constructor(capacity: number) {
    super(capacity);
    this.#values = new Float64Array(capacity);
  }

  add(value: number): void {
    this.#values[this.length++] = value;
  }

  data(): Data {
    return makeData({ ...this.shared, type: new Float64(), data: this.#values.subarray(0, this.length) });
  }
}

class BooleanBuilder extends ColumnBuilder {
  readonly #bits: Uint8Array;

  constructor(capacity: number) {
    super(capacity);
    this.#bits = new Uint8Array(Math.ceil(capacity / 8));
  }

  /** @param value 1 or 0 */
  add(value: number): void {
    const byte = this.length >> 3;
    if (value === 1) this.#bits[byte] = (this.#bits[byte] as number) | (1 << (this.length & 7));
    this.length++;
  }

  data(): Data {
    return makeData({ ...this.shared, type: new Bool(), data: this.#bits });
  }
}

/** Dates in milliseconds since 1970. */
class DateBuilder extends ColumnBuilder {
  readonly #halves: Int32Array;

  constructor(capacity: number) {
    super(capacity);
    this.#halves = new Int32Array(2 * capacity);
  }

  add(value: number): void {
    // As two halves, since a BigInt for each value is slow.
    const at = 2 * this.length++;
    this.#halves[at] = value % 2 ** 32;
    this.#halves[at + 1] = Math.floor(value / 2 ** 32);
  }

  data(): Data {
    const values = new BigInt64Array(this.#halves.buffer, 0, this.length);
    return makeData({ ...this.shared, type: new TimestampMillisecond(), data: values });
  }
}

export class WordBuilder extends ColumnBuilder {
  readonly #offsets: Int32Array;
  #bytes: Uint8Array;
  #end = 0;

  constructor(capacity: number) {
    super(capacity);
    this.#offsets = new Int32Array(capacity + 1);
    this.#bytes = new Uint8Array(16 * capacity);
  }

  protected override skip(): void {
    this.#offsets[++this.length] = this.#end;
  }

  /** Takes the bytes `start` to `end`, each doubled `quote` as one, where a quote is given. */
  add(bytes: Uint8Array, start: number, end: number, quote = -1): void {
    const most = this.#end + end - start;
    if (most > this.#bytes.length) this.#grow(most);
    const own = this.#bytes;
    let to = this.#end;
    for (let at = start; at < end; at++) {
      const byte = bytes[at] as number;
      own[to++] = byte;
      if (byte === quote) at++;
    }
    this.#end = to;
    this.skip();
  }

  #grow(least: number): void {
    const larger = new Uint8Array(Math.max(least, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#end));
    this.#bytes = larger;
  }

  data(): Data {
    return makeData({
      ...this.shared,
      type: new Utf8(),
      valueOffsets: this.#offsets.subarray(0, this.length + 1),
      data: this.#bytes.subarray(0, this.#end),
    });
  }
}

/** Lists of numbers, each of the same length. */
export class ListBuilder extends ColumnBuilder {
  readonly #size: number;
  readonly #values: Float64Array;

  constructor(capacity: number, size: number) {
    super(capacity);
    this.#size = size;
    this.#values = new Float64Array(capacity * size);
  }

  add(list: readonly number[]): void {
    this.#values.set(list, this.#size * this.length++);
  }

  data(): Data {
    const values = this.#values.subarray(0, this.#size * this.length);
    const child = makeData({ type: new Float64(), data: values });
    return makeData({ ...this.shared, type: listType(this.#size), child });
  }
}

/** Lists of numbers or of words, of any lengths. */
export class AnyListBuilder extends ColumnBuilder {
  readonly #offsets: Int32Array;
  readonly #list: 'number' | 'word' | 'nothing';
  readonly #items: (number | string)[] = [];

  constructor(capacity: number, list: 'number' | 'word' | 'nothing') {
    super(capacity);
    this.#offsets = new Int32Array(capacity + 1);
    this.#list = list;
  }

  protected override skip(): void {
    this.#offsets[++this.length] = this.#items.length;
  }

  add(list: readonly (number | string)[]): void {
    for (const item of list) this.#items.push(item);
    this.skip();
  }

  data(): Data {
    const items = new WordBuilder(this.#items.length);
    if (this.#list === 'word') {
      for (const item of this.#items) {
        const bytes = Buffer.from(String(item));
        items.add(bytes, 0, bytes.length);
      }
    }
    const child =
      this.#list === 'word'
        ? items.data()
        : makeData({ type: new Float64(), data: Float64Array.from(this.#items as number[]) });
    return makeData({
      ...this.shared,
      type: listOfAnyType(this.#list),
      valueOffsets: this.#offsets.subarray(0, this.length + 1),
      child: child as Data<Float64>,
    });
  }
}

/** Arrow's type for what a column holds. */
export function textType(kind: TextKind): DataType {
  switch (kind) {
    case 'number':
      return new Float64();
    case 'boolean':
      return new Bool();
    case 'date':
      return new TimestampMillisecond();
    case 'word':
      return new Utf8();
  }
}

/** Arrow's type of lists of so many numbers. */
export function listType(size: number): FixedSizeList<Float64> {
  return new FixedSizeList(size, new Field('item', new Float64(), false));
}

/** Arrow's type of lists of any lengths. */
export function listOfAnyType(list: 'number' | 'word' | 'nothing'): List {
  return new List(new Field('item', list === 'word' ? new Utf8() : new Float64(), false));
}

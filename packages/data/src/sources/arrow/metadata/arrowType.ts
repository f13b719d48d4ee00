import {
  Binary,
  BinaryView,
  Bool,
  DataType,
  Date_,
  Decimal,
  DenseUnion,
  Duration,
  type Field,
  FixedSizeBinary,
  FixedSizeList,
  Float,
  Int,
  Interval,
  LargeBinary,
  LargeList,
  LargeUtf8,
  List,
  Map_,
  Null,
  SparseUnion,
  Struct,
  Time,
  Timestamp,
  Type,
  Utf8,
  Utf8View,
} from 'apache-arrow';
import { UnreadableError } from '../../withPlace.js';
import type { FlatTable } from './flatTable.js';

/** The default of units of time, but for that of timestamps, which is the second. A default is not written. */
const MILLISECOND = 1;

/** Makes a type from its details and its children. */
type MakeType = (details: FlatTable, children: readonly Field[]) => DataType;

/** The types by their numbers in the format. Those that no example can be made of still have to be known, to be passed over. */
const types: Readonly<Record<number, MakeType>> = {
  1: () => new Null(),
  2: (details) =>
    new Int(details.uint8(1) !== 0, oneOf('integers of', 'bits', details.int32(0), [8, 16, 32, 64])),
  3: (details) => new Float(oneOf('floats of', 'precision', details.int16(0), [0, 1, 2])),
  4: () => new Binary(),
  5: () => new Utf8(),
  6: () => new Bool(),
  7: (details) =>
    new Decimal(
      details.int32(1),
      details.int32(0),
      oneOf('decimals of', 'bits', details.int32(2, 128), [32, 64, 128, 256]),
    ),
  8: (details) => new Date_(timeUnit('dates', details.int16(0, MILLISECOND), 1)),
  9: (details) =>
    new Time(
      timeUnit('times', details.int16(0, MILLISECOND)),
      oneOf('times of', 'bits', details.int32(1, 32), [32, 64]),
    ),
  10: (details) => new Timestamp(timeUnit('times', details.int16(0))),
  11: (details) => new Interval(details.int16(0)),
  12: (_, children) => new List(only(children)),
  13: (_, children) => new Struct([...children]),
  14: (details, children) =>
    details.int16(0) === 0 ? new SparseUnion([], [...children]) : new DenseUnion([], [...children]),
  15: (details) => new FixedSizeBinary(details.int32(0)),
  16: (details, children) => new FixedSizeList(positive(details.int32(0)), only(children)),
  17: (_, children) => new Map_(entriesOf(children)),
  18: (details) => new Duration(timeUnit('durations', details.int16(0, MILLISECOND))),
  19: () => new LargeBinary(),
  20: () => new LargeUtf8(),
  21: (_, children) => new LargeList(only(children)),
  22: (_, children) => new OtherType('RunEndEncoded', 0, children),
  23: () => new BinaryView(),
  24: () => new Utf8View(),
  25: (_, children) => new OtherType('ListView', 3, children),
  26: (_, children) => new OtherType('LargeListView', 3, children),
};

/** A type that the library does not know. Such a column can be passed over, and nothing else. */
export class OtherType extends DataType<Type.NONE> {
  readonly name: string;
  /** Buffers that it has in a record batch, those of its children aside. */
  readonly buffers: number;
  override readonly children: Field[];

  constructor(name: string, buffers: number, children: readonly Field[]) {
    super(Type.NONE);
    this.name = name;
    this.buffers = buffers;
    this.children = [...children];
  }

  override toString(): string {
    return this.name;
  }
}

/**
 * The type with this number in the format.
 *
 * @see format/Schema.fbs, "union Type"
 */
export function arrowType(id: number, details: FlatTable | undefined, children: readonly Field[]): DataType {
  const make = types[id];
  if (make === undefined || details === undefined) {
    throw new UnreadableError(
      `expected a column type of the Arrow format 1.4, got type ${id}; convert the column`,
    );
  }
  return make(details, children);
}

/** The integer type with these details. */
export function intType(details: FlatTable): Int {
  return new Int(details.uint8(1) !== 0, oneOf('integers of', 'bits', details.int32(0), [8, 16, 32, 64]));
}

function oneOf<T extends number>(before: string, after: string, value: number, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) {
    throw new UnreadableError(
      `expected ${before} ${allowed.join(', ')} ${after}, got ${value}; write the data again`,
    );
  }
  return found;
}

/** Seconds, milliseconds, and so on; of dates, days and milliseconds. */
function timeUnit(what: string, unit: number, last = 3): number {
  if (unit >= 0 && unit <= last) return unit;
  throw new UnreadableError(
    `expected ${what} in a unit that the format has, got unit ${unit}; write the data again`,
  );
}

function positive(listSize: number): number {
  if (listSize > 0) return listSize;
  throw new UnreadableError(`expected lists of one value or more, got ${listSize}; drop the column`);
}

/** What a map is a list of. */
function entriesOf(children: readonly Field[]): Field {
  const entries = only(children);
  if (DataType.isStruct(entries.type) && entries.type.children.length === 2) return entries;
  throw new UnreadableError(
    `expected a map of keys and values, got one of ${entries.type}; write the data again`,
  );
}

function only(children: readonly Field[]): Field {
  const [child] = children;
  if (child === undefined)
    throw new UnreadableError('expected a list to have a type of values, got none; write the data again');
  return child;
}

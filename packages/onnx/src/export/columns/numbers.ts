import { elements } from '@fluxion/tensor';
import { DOUBLE, INT64 } from '../boxWriter.js';
import type { ColumnWriter, SavedColumn } from '../columnWriter.js';

/** Encodings round to float32 once, and no further than this. */
const LARGEST = 2 ** 100;

/** How numbers are brought to a scale, in float64. */
export const scalings: Readonly<
  Record<string, (write: ColumnWriter, x: string, seen: readonly number[]) => string>
> = {
  number: (_, x) => x,
  standardize: (write, x, seen) => standardized(write, x, seen),
  symlog(write, x, seen) {
    const size = write.add('Log', [write.add('Add', [write.add('Abs', [x]), write.doubles(1)])]);
    return standardized(write, write.add('Mul', [write.add('Sign', [x]), size]), seen);
  },
  minMax(write, x, [, least = 0, largest = 0]) {
    if (!(largest > least)) return constant(write, x, 0.5);
    return write.add('Div', [write.add('Sub', [x, write.doubles(least)]), write.doubles(largest - least)]);
  },
  quantile(write, x, [seen = 0, ...sample]) {
    const size = Math.min(seen, sample.length);
    if (size === 0) return constant(write, x, 0);
    const share = write.add('Div', [rank(write, x, sample.slice(0, size)), write.doubles(size)]);
    return write.add('Mul', [write.add('Sub', [share, write.doubles(0.5)]), write.doubles(Math.sqrt(12))]);
  },
};

/** A column of numbers: scaled, a gap as another number, and perhaps an indicator of gaps. */
export function numbers(
  write: ColumnWriter,
  input: string,
  { encoding, memory, width }: SavedColumn,
): readonly string[] {
  const isGap = write.add('IsNaN', [input]);
  const filler = write.doubles(fillerOf(encoding, memory));
  const x = write.add('Where', [isGap, filler, input]);
  const seen = memory.scaling === undefined ? [] : [...elements(memory.scaling)];
  const scaled = scalings[encoding.kind]?.(write, x, seen) ?? x;
  const bounded = write.add('Clip', [scaled, scalar(write, -LARGEST), scalar(write, LARGEST)]);
  const value = write.asFloats(bounded);
  return width === 2 ? [value, write.asFloats(isGap)] : [value];
}

/** What a gap is taken for. */
function fillerOf(
  { missing = 'mean' }: SavedColumn['encoding'],
  { cells, frequent }: SavedColumn['memory'],
): number {
  if (typeof missing === 'number') return missing;
  if (missing === 'mean') return cells === undefined ? 0 : (elements(cells)[2] ?? 0);
  // Numbers and their counts by turns: the smallest of those that came most often.
  const seen = frequent === undefined ? [] : [...elements(frequent)];
  const most = Math.max(...seen.filter((_, i) => i % 2 === 1));
  const modes = seen.filter((_, i) => i % 2 === 0 && seen[i + 1] === most);
  return modes.length === 0 ? 0 : Math.min(...modes);
}

function scalar(write: ColumnWriter, value: number): string {
  return write.doubles([value], []);
}

/** The same number for each example. */
function constant(write: ColumnWriter, x: string, value: number): string {
  return write.add('Add', [write.add('Mul', [x, write.doubles(0)]), write.doubles(value)]);
}

export function standardized(
  write: ColumnWriter,
  x: string,
  [n = 0, mean = 0, m2 = 0]: readonly number[],
): string {
  const deviation = n === 0 ? 0 : Math.sqrt(m2 / n);
  if (!(deviation > 0)) return constant(write, x, 0);
  return write.add('Div', [write.add('Sub', [x, write.doubles(mean)]), write.doubles(deviation)]);
}

/** How many of a sorted sample are smaller, equal ones counting half; between two neighbours it rises linearly. */
function rank(write: ColumnWriter, x: string, sample: readonly number[]): string {
  const size = sample.length;
  const all = write.doubles(sample, [1, size]);
  const count = (type: string): string => {
    const each = write.add('Cast', [write.add(type, [all, x])], { to: DOUBLE });
    return write.add('ReduceSum', [each, write.ints(1)], { keepdims: 1 });
  };
  const [smaller, larger] = [count('Less'), count('Greater')];
  const upTo = write.add('Sub', [write.doubles(size), larger]);
  // Of a number in the sample, the middle of its equals.
  const middle = write.add('Mul', [write.add('Add', [smaller, upTo]), write.doubles(0.5)]);
  const table = write.doubles(sample);
  const at = (shift: number): string => {
    const place = write.add('Clip', [
      write.add('Add', [smaller, write.doubles(shift)]),
      scalar(write, 0),
      scalar(write, size - 1),
    ]);
    return write.add('Gather', [table, write.add('Cast', [place], { to: INT64 })]);
  };
  const [below, above] = [at(-1), at(0)];
  const apart = write.add('Sub', [above, below]);
  const isApart = write.add('Greater', [apart, write.doubles(0)]);
  const step = write.add('Where', [isApart, apart, write.doubles(1)]);
  const share = write.add('Div', [write.add('Sub', [x, below]), step]);
  const between = write.add('Add', [write.add('Sub', [smaller, write.doubles(0.5)]), share]);
  const isEqual = write.add('Greater', [upTo, smaller]);
  const isFirst = write.add('Less', [smaller, write.doubles(0.5)]);
  const isBeyond = write.add('Greater', [smaller, write.doubles(size - 0.5)]);
  const isOutside = write.add('Or', [isFirst, isBeyond]);
  const inside = write.add('Where', [isOutside, smaller, between]);
  return write.add('Where', [isEqual, middle, inside]);
}

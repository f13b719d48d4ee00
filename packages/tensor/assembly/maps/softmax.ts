/** Softmax of rows, its Jacobian, and what the losses share with it. */
import * as math from '../math';
import { laneMask, loadPart, maxLanes, put, putPart, storePart, sumLanes } from '../simd';

/** The largest of a row; NaN when one is, −∞ for an empty row. */
export function largest(columns: i32, row: usize): f32 {
  let most = f32x4.splat(-Infinity);
  const end = row + ((columns & ~3) << 2);
  while (row < end) {
    most = f32x4.max(most, v128.load(row));
    row += 16;
  }
  const rest = columns & 3;
  if (rest) {
    const last = v128.bitselect(loadPart(row, rest), f32x4.splat(-Infinity), laneMask(rest));
    most = f32x4.max(most, last);
  }
  return maxLanes(most);
}

/** output ← e^(input − shift); answers the sum. */
export function exponentials(columns: i32, input: usize, output: usize, shift: f32): f32 {
  const shifts = f32x4.splat(shift);
  let sum = f32x4.splat(0);
  const end = input + ((columns & ~3) << 2);
  while (input < end) {
    const e = math.exp(f32x4.sub(v128.load(input), shifts));
    v128.store(output, e);
    sum = f32x4.add(sum, e);
    input += 16;
    output += 16;
  }
  const rest = columns & 3;
  if (rest) {
    const e = math.exp(f32x4.sub(loadPart(input, rest), shifts));
    storePart(output, e, rest);
    sum = f32x4.add(sum, v128.and(e, laneMask(rest)));
  }
  return sumLanes(sum);
}

/** row ← row / divisor. */
export function divideRow(columns: i32, row: usize, divisor: f32): void {
  const divisors = f32x4.splat(divisor);
  const end = row + ((columns & ~3) << 2);
  while (row < end) {
    v128.store(row, f32x4.div(v128.load(row), divisors));
    row += 16;
  }
  const rest = columns & 3;
  if (rest) storePart(row, f32x4.div(loadPart(row, rest), divisors), rest);
}

/** output ← e^(input − m) / Σ e^(input − m) for each row, m its largest. */
export function softmax(
  rows: i32,
  columns: i32,
  input: usize,
  inputRow: i32,
  output: usize,
  outputRow: i32,
): void {
  for (let i = 0; i < rows; i++) {
    divideRow(columns, output, exponentials(columns, input, output, largest(columns, input)));
    input += inputRow;
    output += outputRow;
  }
}

function dot(columns: i32, a: usize, b: usize): f32 {
  let sum = f32x4.splat(0);
  const end = a + ((columns & ~3) << 2);
  while (a < end) {
    sum = f32x4.add(sum, f32x4.mul(v128.load(a), v128.load(b)));
    a += 16;
    b += 16;
  }
  const rest = columns & 3;
  if (rest) sum = f32x4.add(sum, f32x4.mul(loadPart(a, rest), loadPart(b, rest)));
  return sumLanes(sum);
}

/** sink ← output ⊙ (dOutput − Σ output ⊙ dOutput) (+ sink) for each row. */
export function softmaxGradient(
  rows: i32,
  columns: i32,
  output: usize,
  outputRow: i32,
  dOutput: usize,
  dOutputRow: i32,
  sink: usize,
  sinkRow: i32,
  add: i32,
): void {
  const whole = (columns & ~3) << 2;
  const rest = columns & 3;
  for (let i = 0; i < rows; i++) {
    const mean = f32x4.splat(dot(columns, output, dOutput));
    for (let j = 0; j < whole; j += 16) {
      const d = f32x4.sub(v128.load(dOutput + j), mean);
      put(sink + j, f32x4.mul(v128.load(output + j), d), add);
    }
    if (rest) {
      const d = f32x4.sub(loadPart(dOutput + whole, rest), mean);
      putPart(sink + whole, f32x4.mul(loadPart(output + whole, rest), d), add, rest);
    }
    output += outputRow;
    dOutput += dOutputRow;
    sink += sinkRow;
  }
}

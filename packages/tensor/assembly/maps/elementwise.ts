/** The loops of functions of each element; the functions themselves are made from the table in `src/elementwise`. */
import { loadPart, put, putPart, storePart } from '../simd';

/**
 * f and its derivative, in x or in y = f(x), with two numbers that shape it. An `F` has no fields, so its methods may be
 * called on no object at all: the compiler then writes them in place.
 */
export abstract class Elementwise {
  abstract value(x: v128, p: v128, q: v128): v128;
  abstract derivative(xOrY: v128, p: v128, q: v128): v128;
}

/** output ← f(input). */
export function map<F extends Elementwise>(
  length: i32,
  input: usize,
  output: usize,
  option1: f32,
  option2: f32,
): void {
  const f = changetype<F>(0 as usize);
  const p = f32x4.splat(option1);
  const q = f32x4.splat(option2);
  const end = input + ((length & ~3) << 2);
  // A relu takes less than the loop around it, so a round is four vectors.
  for (; input + 64 <= end; input += 64, output += 64) {
    const a = f.value(v128.load(input), p, q);
    const b = f.value(v128.load(input, 16), p, q);
    const c = f.value(v128.load(input, 32), p, q);
    const d = f.value(v128.load(input, 48), p, q);
    v128.store(output, a);
    v128.store(output, b, 16);
    v128.store(output, c, 32);
    v128.store(output, d, 48);
  }
  for (; input < end; input += 16, output += 16) v128.store(output, f.value(v128.load(input), p, q));
  const rest = length & 3;
  if (rest) storePart(output, f.value(loadPart(input, rest), p, q), rest);
}

/** sink ← dOutput ⊙ f′ (+ sink), of the numbers that the derivative is written in: the inputs or the outputs. */
export function gradient<F extends Elementwise>(
  length: i32,
  numbers: usize,
  dOutput: usize,
  sink: usize,
  add: i32,
  option1: f32,
  option2: f32,
): void {
  const f = changetype<F>(0 as usize);
  const p = f32x4.splat(option1);
  const q = f32x4.splat(option2);
  const end = numbers + ((length & ~3) << 2);
  for (; numbers + 64 <= end; numbers += 64, dOutput += 64, sink += 64) {
    put(sink, f32x4.mul(v128.load(dOutput), f.derivative(v128.load(numbers), p, q)), add);
    put(sink + 16, f32x4.mul(v128.load(dOutput, 16), f.derivative(v128.load(numbers, 16), p, q)), add);
    put(sink + 32, f32x4.mul(v128.load(dOutput, 32), f.derivative(v128.load(numbers, 32), p, q)), add);
    put(sink + 48, f32x4.mul(v128.load(dOutput, 48), f.derivative(v128.load(numbers, 48), p, q)), add);
  }
  for (; numbers < end; numbers += 16, dOutput += 16, sink += 16) {
    put(sink, f32x4.mul(v128.load(dOutput), f.derivative(v128.load(numbers), p, q)), add);
  }
  const rest = length & 3;
  if (rest) {
    putPart(sink, f32x4.mul(loadPart(dOutput, rest), f.derivative(loadPart(numbers, rest), p, q)), add, rest);
  }
}

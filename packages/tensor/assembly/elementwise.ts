/** Maps of each element and their derivatives: what the table in the package's `elementwise.ts` says, vectorised. */
import * as math from './math';
import { loadPart, put, putPart, storePart } from './simd';

/** f(x). */
abstract class Value {
  abstract value(x: v128): v128;
}

/** f(x) and, written in y = f(x), its derivative. */
abstract class Elementwise extends Value {
  abstract derivative(y: v128): v128;
}

class Sigmoid extends Elementwise {
  value(x: v128): v128 {
    return math.sigmoid(x);
  }
  derivative(y: v128): v128 {
    return f32x4.mul(y, f32x4.sub(f32x4.splat(1), y));
  }
}

class Tanh extends Elementwise {
  value(x: v128): v128 {
    return math.tanh(x);
  }
  derivative(y: v128): v128 {
    return f32x4.sub(f32x4.splat(1), f32x4.mul(y, y));
  }
}

class Relu extends Elementwise {
  value(x: v128): v128 {
    // One instruction, where the other maximum takes several; NaN stays NaN.
    return f32x4.pmax(x, f32x4.splat(0));
  }
  derivative(y: v128): v128 {
    return v128.and(f32x4.gt(y, f32x4.splat(0)), f32x4.splat(1));
  }
}

class Exp extends Value {
  value(x: v128): v128 {
    return math.exp(x);
  }
}

class Log extends Value {
  value(x: v128): v128 {
    return math.log(x);
  }
}

/** An `F` has no fields, so its methods may be called on no object at all: the compiler then writes them in place. */
function the<F>(): F {
  return changetype<F>(0 as usize);
}

function map<F extends Value>(length: i32, input: usize, output: usize): void {
  const f = the<F>();
  const end = input + ((length & ~3) << 2);
  // A relu takes less than the loop around it, so a round is four vectors.
  for (; input + 64 <= end; input += 64, output += 64) {
    const a = f.value(v128.load(input));
    const b = f.value(v128.load(input, 16));
    const c = f.value(v128.load(input, 32));
    const d = f.value(v128.load(input, 48));
    v128.store(output, a);
    v128.store(output, b, 16);
    v128.store(output, c, 32);
    v128.store(output, d, 48);
  }
  for (; input < end; input += 16, output += 16) v128.store(output, f.value(v128.load(input)));
  const rest = length & 3;
  if (rest) storePart(output, f.value(loadPart(input, rest)), rest);
}

function gradient<F extends Elementwise>(
  length: i32,
  output: usize,
  dOutput: usize,
  sink: usize,
  add: bool,
): void {
  const f = the<F>();
  const end = output + ((length & ~3) << 2);
  for (; output + 64 <= end; output += 64, dOutput += 64, sink += 64) {
    put(sink, f32x4.mul(v128.load(dOutput), f.derivative(v128.load(output))), add);
    put(sink + 16, f32x4.mul(v128.load(dOutput, 16), f.derivative(v128.load(output, 16))), add);
    put(sink + 32, f32x4.mul(v128.load(dOutput, 32), f.derivative(v128.load(output, 32))), add);
    put(sink + 48, f32x4.mul(v128.load(dOutput, 48), f.derivative(v128.load(output, 48))), add);
  }
  for (; output < end; output += 16, dOutput += 16, sink += 16) {
    put(sink, f32x4.mul(v128.load(dOutput), f.derivative(v128.load(output))), add);
  }
  const rest = length & 3;
  if (rest) {
    putPart(sink, f32x4.mul(loadPart(dOutput, rest), f.derivative(loadPart(output, rest))), add, rest);
  }
}

export function sigmoid(length: i32, input: usize, output: usize): void {
  map<Sigmoid>(length, input, output);
}

export function tanh(length: i32, input: usize, output: usize): void {
  map<Tanh>(length, input, output);
}

export function relu(length: i32, input: usize, output: usize): void {
  map<Relu>(length, input, output);
}

/** For the test of accuracy, as `log` is: softmax and losses use both inside. */
export function exp(length: i32, input: usize, output: usize): void {
  map<Exp>(length, input, output);
}

export function log(length: i32, input: usize, output: usize): void {
  map<Log>(length, input, output);
}

export function sigmoidGradient(length: i32, output: usize, dOutput: usize, sink: usize, add: bool): void {
  gradient<Sigmoid>(length, output, dOutput, sink, add);
}

export function tanhGradient(length: i32, output: usize, dOutput: usize, sink: usize, add: bool): void {
  gradient<Tanh>(length, output, dOutput, sink, add);
}

export function reluGradient(length: i32, output: usize, dOutput: usize, sink: usize, add: bool): void {
  gradient<Relu>(length, output, dOutput, sink, add);
}

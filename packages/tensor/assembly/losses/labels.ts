/** Losses of each row against a label, the index of its class, and their gradients. */

import { divideRow, exponentials, largest } from '../maps/softmax';
import * as math from '../math';
import { loadPart, put, putPart } from '../simd';

function log(x: f32): f32 {
  return f32x4.extract_lane(math.log(f32x4.splat(x)), 0);
}

/** Adds to the number at an address, or puts it there. */
function putNumber(address: usize, value: f32, add: i32): void {
  store<f32>(address, add ? load<f32>(address) + value : value);
}

/** probabilities ← softmax; losses ← log Σ e^(z − m) − (z[label] − m), with m the row's largest logit. */
export function softmaxCrossEntropy(
  rows: i32,
  columns: i32,
  logits: usize,
  logitsRow: i32,
  labels: usize,
  probabilities: usize,
  probabilitiesRow: i32,
  losses: usize,
): void {
  for (let i = 0; i < rows; i++) {
    const most = largest(columns, logits);
    const sum = exponentials(columns, logits, probabilities, most);
    divideRow(columns, probabilities, sum);
    const label = load<i32>(labels + (i << 2));
    store<f32>(losses + (i << 2), log(sum) - (load<f32>(logits + (label << 2)) - most));
    logits += logitsRow;
    probabilities += probabilitiesRow;
  }
}

/** sink ← factor·(probabilities − e(label)) (+ sink). */
export function softmaxCrossEntropyGradient(
  rows: i32,
  columns: i32,
  probabilities: usize,
  probabilitiesRow: i32,
  labels: usize,
  sink: usize,
  sinkRow: i32,
  factor: f32,
  add: i32,
): void {
  const factors = f32x4.splat(factor);
  const whole = (columns & ~3) << 2;
  const rest = columns & 3;
  for (let i = 0; i < rows; i++) {
    const label = load<i32>(labels + (i << 2)) << 2;
    // The one element that differs is worked out first, in case the sink is the probabilities' own place.
    const target = factor * (load<f32>(probabilities + label) - 1);
    const before = load<f32>(sink + label);
    for (let j = 0; j < whole; j += 16) put(sink + j, f32x4.mul(v128.load(probabilities + j), factors), add);
    if (rest) putPart(sink + whole, f32x4.mul(loadPart(probabilities + whole, rest), factors), add, rest);
    store<f32>(sink + label, add ? before + target : target);
    probabilities += probabilitiesRow;
    sink += sinkRow;
  }
}

/** losses ← −log probabilities[label]; infinite where the slope 1/p is, so that nothing learns from it. */
export function negativeLogLikelihood(
  rows: i32,
  probabilities: usize,
  probabilitiesRow: i32,
  labels: usize,
  losses: usize,
): void {
  for (let i = 0; i < rows; i++) {
    const p = load<f32>(probabilities + (load<i32>(labels + (i << 2)) << 2));
    store<f32>(losses + (i << 2), 1 / p < f32(Infinity) ? -log(p) : f32(1) / p);
    probabilities += probabilitiesRow;
  }
}

/** sink ← −factor·e(label) / probabilities[label] (+ sink). */
export function negativeLogLikelihoodGradient(
  rows: i32,
  columns: i32,
  probabilities: usize,
  probabilitiesRow: i32,
  labels: usize,
  sink: usize,
  sinkRow: i32,
  factor: f32,
  add: i32,
): void {
  for (let i = 0; i < rows; i++) {
    const label = load<i32>(labels + (i << 2)) << 2;
    const slope = -factor / load<f32>(probabilities + label);
    if (!add) memory.fill(sink, 0, columns << 2);
    putNumber(sink + label, slope, add);
    probabilities += probabilitiesRow;
    sink += sinkRow;
  }
}

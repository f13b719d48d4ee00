/** Losses of each row and their gradients. A label is the index of a row's class, an int32. */
import * as math from './math';
import { laneMask, loadPart, put, putPart, sumLanes } from './simd';
import { divideRow, exponentials, largest } from './softmax';

function log(x: f32): f32 {
  return f32x4.extract_lane(math.log(f32x4.splat(x)), 0);
}

/** Adds to the number at an address, or puts it there. */
function putNumber(address: usize, value: f32, add: bool): void {
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
  add: bool,
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
  add: bool,
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

/** One term of a loss and its derivative, in the output z and the target t. */
abstract class Loss {
  abstract term(z: v128, t: v128): v128;
  abstract slope(z: v128, t: v128): v128;
}

/** max(z, 0) − t·z + log(1 + e^−|z|), which is log(1 + eᶻ) − t·z without the overflow. */
class BinaryCrossEntropy extends Loss {
  term(z: v128, t: v128): v128 {
    const softened = math.log1p(math.exp(v128.or(z, i32x4.splat(0x80000000))));
    return f32x4.add(f32x4.sub(f32x4.max(z, f32x4.splat(0)), f32x4.mul(t, z)), softened);
  }
  slope(z: v128, t: v128): v128 {
    return f32x4.sub(math.sigmoid(z), t);
  }
}

/** ½(z − t)². */
class SquaredError extends Loss {
  term(z: v128, t: v128): v128 {
    const d = f32x4.sub(z, t);
    return f32x4.mul(f32x4.mul(d, d), f32x4.splat(0.5));
  }
  slope(z: v128, t: v128): v128 {
    return f32x4.sub(z, t);
  }
}

function lossOfRows<L extends Loss>(
  rows: i32,
  columns: i32,
  output: usize,
  outputRow: i32,
  targets: usize,
  targetsRow: i32,
  losses: usize,
): void {
  const loss = changetype<L>(0 as usize);
  const whole = (columns & ~3) << 2;
  const rest = columns & 3;
  for (let i = 0; i < rows; i++) {
    let sum = f32x4.splat(0);
    for (let j = 0; j < whole; j += 16) {
      sum = f32x4.add(sum, loss.term(v128.load(output + j), v128.load(targets + j)));
    }
    if (rest) {
      const last = loss.term(loadPart(output + whole, rest), loadPart(targets + whole, rest));
      sum = f32x4.add(sum, v128.and(last, laneMask(rest)));
    }
    store<f32>(losses + (i << 2), sumLanes(sum));
    output += outputRow;
    targets += targetsRow;
  }
}

function gradientOfRows<L extends Loss>(
  rows: i32,
  columns: i32,
  output: usize,
  outputRow: i32,
  targets: usize,
  targetsRow: i32,
  sink: usize,
  sinkRow: i32,
  factor: f32,
  add: bool,
): void {
  const loss = changetype<L>(0 as usize);
  const factors = f32x4.splat(factor);
  const whole = (columns & ~3) << 2;
  const rest = columns & 3;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < whole; j += 16) {
      const slope = loss.slope(v128.load(output + j), v128.load(targets + j));
      put(sink + j, f32x4.mul(slope, factors), add);
    }
    if (rest) {
      const slope = loss.slope(loadPart(output + whole, rest), loadPart(targets + whole, rest));
      putPart(sink + whole, f32x4.mul(slope, factors), add, rest);
    }
    output += outputRow;
    targets += targetsRow;
    sink += sinkRow;
  }
}

/** losses ← Σ log(1 + eᶻ) − t·z over each row. */
export function binaryCrossEntropy(
  rows: i32,
  columns: i32,
  output: usize,
  outputRow: i32,
  targets: usize,
  targetsRow: i32,
  losses: usize,
): void {
  lossOfRows<BinaryCrossEntropy>(rows, columns, output, outputRow, targets, targetsRow, losses);
}

/** sink ← factor·(σ(z) − t) (+ sink). */
export function binaryCrossEntropyGradient(
  rows: i32,
  columns: i32,
  output: usize,
  outputRow: i32,
  targets: usize,
  targetsRow: i32,
  sink: usize,
  sinkRow: i32,
  factor: f32,
  add: bool,
): void {
  gradientOfRows<BinaryCrossEntropy>(
    rows,
    columns,
    output,
    outputRow,
    targets,
    targetsRow,
    sink,
    sinkRow,
    factor,
    add,
  );
}

/** losses ← ½ Σ (output − target)² over each row. */
export function squaredError(
  rows: i32,
  columns: i32,
  output: usize,
  outputRow: i32,
  targets: usize,
  targetsRow: i32,
  losses: usize,
): void {
  lossOfRows<SquaredError>(rows, columns, output, outputRow, targets, targetsRow, losses);
}

/** sink ← factor·(output − target) (+ sink). */
export function squaredErrorGradient(
  rows: i32,
  columns: i32,
  output: usize,
  outputRow: i32,
  targets: usize,
  targetsRow: i32,
  sink: usize,
  sinkRow: i32,
  factor: f32,
  add: bool,
): void {
  gradientOfRows<SquaredError>(
    rows,
    columns,
    output,
    outputRow,
    targets,
    targetsRow,
    sink,
    sinkRow,
    factor,
    add,
  );
}

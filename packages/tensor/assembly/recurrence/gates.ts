/** Steps of lstm and gru: what becomes of the sums under the gates, and the way back. Rows may lie apart. */
import { sigmoid_value as sigmoid } from '../generated/maps';
import { tanh } from '../math';
import { loadPart, storePart } from '../simd';

/** A whole vector, or the first `part` numbers of one. */
function read(at: usize, part: i32): v128 {
  return part == 4 ? v128.load(at) : loadPart(at, part);
}

function write(at: usize, value: v128, part: i32): void {
  if (part == 4) v128.store(at, value);
  else storePart(at, value, part);
}

/** σ′ where σ is s. */
function slope(s: v128): v128 {
  return f32x4.mul(s, f32x4.sub(f32x4.splat(1), s));
}

/** tanh′ where tanh is t. */
function tanhSlope(t: v128): v128 {
  return f32x4.sub(f32x4.splat(1), f32x4.mul(t, t));
}

export function lstmStep(
  batch: i32,
  units: i32,
  gates: usize,
  gatesRow: i32,
  before: usize,
  beforeRow: i32,
  cell: usize,
  cellRow: i32,
  squashed: usize,
  squashedRow: i32,
  hidden: usize,
  hiddenRow: i32,
): void {
  const width = units << 2;
  for (; batch > 0; batch--) {
    for (let j = 0; j < width; j += 16) {
      const part = min(4, (width - j) >> 2);
      const at = gates + j;
      const i = sigmoid(read(at, part));
      const f = sigmoid(read(at + width, part));
      const g = tanh(read(at + 2 * width, part));
      const o = sigmoid(read(at + 3 * width, part));
      const c = f32x4.add(f32x4.mul(f, read(before + j, part)), f32x4.mul(i, g));
      const s = tanh(c);
      write(at, i, part);
      write(at + width, f, part);
      write(at + 2 * width, g, part);
      write(at + 3 * width, o, part);
      write(cell + j, c, part);
      write(squashed + j, s, part);
      write(hidden + j, f32x4.mul(o, s), part);
    }
    gates += gatesRow;
    before += beforeRow;
    cell += cellRow;
    squashed += squashedRow;
    hidden += hiddenRow;
  }
}

export function lstmStepGradient(
  batch: i32,
  units: i32,
  gates: usize,
  gatesRow: i32,
  before: usize,
  beforeRow: i32,
  squashed: usize,
  squashedRow: i32,
  dHidden: usize,
  dHiddenRow: i32,
  dLater: usize,
  dLaterRow: i32,
  dSums: usize,
  dSumsRow: i32,
  dBefore: usize,
  dBeforeRow: i32,
): void {
  const width = units << 2;
  for (; batch > 0; batch--) {
    for (let j = 0; j < width; j += 16) {
      const part = min(4, (width - j) >> 2);
      const at = gates + j;
      const i = read(at, part);
      const f = read(at + width, part);
      const g = read(at + 2 * width, part);
      const o = read(at + 3 * width, part);
      const s = read(squashed + j, part);
      const d = read(dHidden + j, part);
      const dc = f32x4.add(read(dLater + j, part), f32x4.mul(f32x4.mul(d, o), tanhSlope(s)));
      const to = dSums + j;
      write(to, f32x4.mul(f32x4.mul(dc, g), slope(i)), part);
      write(to + width, f32x4.mul(f32x4.mul(dc, read(before + j, part)), slope(f)), part);
      write(to + 2 * width, f32x4.mul(f32x4.mul(dc, i), tanhSlope(g)), part);
      write(to + 3 * width, f32x4.mul(f32x4.mul(d, s), slope(o)), part);
      write(dBefore + j, f32x4.mul(dc, f), part);
    }
    gates += gatesRow;
    before += beforeRow;
    squashed += squashedRow;
    dHidden += dHiddenRow;
    dLater += dLaterRow;
    dSums += dSumsRow;
    dBefore += dBeforeRow;
  }
}

export function gruStep(
  batch: i32,
  units: i32,
  gates: usize,
  gatesRow: i32,
  fromState: usize,
  fromStateRow: i32,
  before: usize,
  beforeRow: i32,
  difference: usize,
  differenceRow: i32,
  hidden: usize,
  hiddenRow: i32,
): void {
  const width = units << 2;
  for (; batch > 0; batch--) {
    for (let j = 0; j < width; j += 16) {
      const part = min(4, (width - j) >> 2);
      const at = gates + j;
      const state = fromState + j;
      const r = sigmoid(f32x4.add(read(at, part), read(state, part)));
      const z = sigmoid(f32x4.add(read(at + width, part), read(state + width, part)));
      const carried = f32x4.mul(r, read(state + 2 * width, part));
      const n = tanh(f32x4.add(read(at + 2 * width, part), carried));
      const apart = f32x4.sub(read(before + j, part), n);
      write(at, r, part);
      write(at + width, z, part);
      write(at + 2 * width, n, part);
      write(difference + j, apart, part);
      write(hidden + j, f32x4.add(n, f32x4.mul(z, apart)), part);
    }
    gates += gatesRow;
    fromState += fromStateRow;
    before += beforeRow;
    difference += differenceRow;
    hidden += hiddenRow;
  }
}

export function gruStepGradient(
  batch: i32,
  units: i32,
  gates: usize,
  gatesRow: i32,
  fromState: usize,
  fromStateRow: i32,
  difference: usize,
  differenceRow: i32,
  dHidden: usize,
  dHiddenRow: i32,
  dSums: usize,
  dSumsRow: i32,
  dFromState: usize,
  dFromStateRow: i32,
  dBefore: usize,
  dBeforeRow: i32,
): void {
  const width = units << 2;
  for (; batch > 0; batch--) {
    for (let j = 0; j < width; j += 16) {
      const part = min(4, (width - j) >> 2);
      const at = gates + j;
      const r = read(at, part);
      const z = read(at + width, part);
      const n = read(at + 2 * width, part);
      const d = read(dHidden + j, part);
      const kept = f32x4.mul(d, z);
      const dn = f32x4.mul(f32x4.sub(d, kept), tanhSlope(n));
      const dr = f32x4.mul(f32x4.mul(dn, read(fromState + j + 2 * width, part)), slope(r));
      const dz = f32x4.mul(f32x4.mul(d, read(difference + j, part)), slope(z));
      const sums = dSums + j;
      const state = dFromState + j;
      write(sums, dr, part);
      write(state, dr, part);
      write(sums + width, dz, part);
      write(state + width, dz, part);
      write(sums + 2 * width, dn, part);
      write(state + 2 * width, f32x4.mul(dn, r), part);
      write(dBefore + j, kept, part);
    }
    gates += gatesRow;
    fromState += fromStateRow;
    difference += differenceRow;
    dHidden += dHiddenRow;
    dSums += dSumsRow;
    dFromState += dFromStateRow;
    dBefore += dBeforeRow;
  }
}

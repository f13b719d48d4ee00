/** Windows of pictures taken together, channel by channel: the largest of each, or its mean. */
import { loadPart, putPart, storePart } from '../simd';
import { endInside, firstInside, windowsAt } from './windows';

/**
 * output ← the largest of each window, and the offset in the picture that has it, the first of several; NaN where there is
 * one. Where all of a window is padding, 0 and −1.
 */
export function maxPool(windows: usize, batch: i32, input: usize, output: usize, offsets: usize): void {
  const w = windowsAt(windows);
  const lanes = f32x4(0, 1, 2, 3);
  const bytes = w.channels << 2;
  for (let b = 0; b < batch; b++) {
    for (let row = 0; row < w.rows; row++) {
      const y = row * w.strideRows - w.paddingRows;
      const firstRow = firstInside(y, w.dilationRows);
      const endRow = endInside(y, w.dilationRows, w.kernelRows, w.height, firstRow);
      for (let column = 0; column < w.columns; column++) {
        const x = column * w.strideColumns - w.paddingColumns;
        const firstColumn = firstInside(x, w.dilationColumns);
        const endColumn = endInside(x, w.dilationColumns, w.kernelColumns, w.width, firstColumn);
        const isEmpty = firstRow == endRow || firstColumn == endColumn;
        for (let c = 0; c < w.channels; c += 4) {
          const part = min(4, w.channels - c);
          let value = f32x4.splat(0);
          let best = f32x4.splat(-1);
          let isFirst = !isEmpty;
          for (let k = firstRow; k < endRow; k++) {
            for (let l = firstColumn; l < endColumn; l++) {
              const pixel = (y + k * w.dilationRows) * w.width + x + l * w.dilationColumns;
              const at = input + pixel * bytes + (c << 2);
              const candidate = part == 4 ? v128.load(at) : loadPart(at, part);
              const place = f32x4.add(f32x4.splat(<f32>(pixel * w.channels + c)), lanes);
              const isNew = v128.andnot(f32x4.ne(candidate, candidate), f32x4.ne(value, value));
              const taken = v128.or(f32x4.gt(candidate, value), isNew);
              value = isFirst ? candidate : v128.bitselect(candidate, value, taken);
              best = isFirst ? place : v128.bitselect(place, best, taken);
              isFirst = false;
            }
          }
          if (part == 4) {
            v128.store(output, value);
            v128.store(offsets, best);
          } else {
            storePart(output, value, part);
            storePart(offsets, best, part);
          }
          output += part << 2;
          offsets += part << 2;
        }
      }
    }
    input += w.picture;
  }
}

/** sink ← dOutput at the offsets that have the largest of `values` windows of each picture, 0 elsewhere (+ sink). */
export function maxPoolGradient(
  batch: i32,
  values: i32,
  size: i32,
  offsets: usize,
  dOutput: usize,
  sink: usize,
  add: i32,
): void {
  for (let b = 0; b < batch; b++) {
    if (!add) memory.fill(sink, 0, size << 2);
    const end = offsets + (values << 2);
    for (; offsets < end; offsets += 4) {
      const offset = <i32>load<f32>(offsets);
      if (offset >= 0) {
        const to = sink + (offset << 2);
        store<f32>(to, load<f32>(to) + load<f32>(dOutput));
      }
      dOutput += 4;
    }
    sink += size << 2;
  }
}

/** output ← the mean of each window over its places inside the picture; 0 where there is none. */
export function averagePool(windows: usize, batch: i32, input: usize, output: usize): void {
  const w = windowsAt(windows);
  const bytes = w.channels << 2;
  for (let b = 0; b < batch; b++) {
    for (let row = 0; row < w.rows; row++) {
      const y = row * w.strideRows - w.paddingRows;
      const firstRow = firstInside(y, w.dilationRows);
      const endRow = endInside(y, w.dilationRows, w.kernelRows, w.height, firstRow);
      for (let column = 0; column < w.columns; column++) {
        const x = column * w.strideColumns - w.paddingColumns;
        const firstColumn = firstInside(x, w.dilationColumns);
        const endColumn = endInside(x, w.dilationColumns, w.kernelColumns, w.width, firstColumn);
        const share = f32x4.splat(shareOf((endRow - firstRow) * (endColumn - firstColumn)));
        for (let c = 0; c < w.channels; c += 4) {
          const part = min(4, w.channels - c);
          let sum = f32x4.splat(0);
          for (let k = firstRow; k < endRow; k++) {
            for (let l = firstColumn; l < endColumn; l++) {
              const pixel = (y + k * w.dilationRows) * w.width + x + l * w.dilationColumns;
              const at = input + pixel * bytes + (c << 2);
              sum = f32x4.add(sum, part == 4 ? v128.load(at) : loadPart(at, part));
            }
          }
          const mean = f32x4.mul(sum, share);
          if (part == 4) v128.store(output, mean);
          else storePart(output, mean, part);
          output += part << 2;
        }
      }
    }
    input += w.picture;
  }
}

/** sink ← each window's gradient, shared evenly among its places inside the picture (+ sink). */
export function averagePoolGradient(windows: usize, batch: i32, dOutput: usize, sink: usize, add: i32): void {
  const w = windowsAt(windows);
  const bytes = w.channels << 2;
  for (let b = 0; b < batch; b++) {
    if (!add) memory.fill(sink, 0, w.height * w.width * bytes);
    for (let row = 0; row < w.rows; row++) {
      const y = row * w.strideRows - w.paddingRows;
      const firstRow = firstInside(y, w.dilationRows);
      const endRow = endInside(y, w.dilationRows, w.kernelRows, w.height, firstRow);
      for (let column = 0; column < w.columns; column++) {
        const x = column * w.strideColumns - w.paddingColumns;
        const firstColumn = firstInside(x, w.dilationColumns);
        const endColumn = endInside(x, w.dilationColumns, w.kernelColumns, w.width, firstColumn);
        const share = f32x4.splat(shareOf((endRow - firstRow) * (endColumn - firstColumn)));
        for (let k = firstRow; k < endRow; k++) {
          for (let l = firstColumn; l < endColumn; l++) {
            const pixel = (y + k * w.dilationRows) * w.width + x + l * w.dilationColumns;
            addShare(w.channels, share, dOutput, sink + pixel * bytes);
          }
        }
        dOutput += bytes;
      }
    }
    sink += w.picture;
  }
}

function addShare(length: i32, share: v128, from: usize, to: usize): void {
  const whole = from + ((length & ~3) << 2);
  for (; from < whole; from += 16) {
    v128.store(to, f32x4.add(v128.load(to), f32x4.mul(v128.load(from), share)));
    to += 16;
  }
  const rest = length & 3;
  if (rest) putPart(to, f32x4.mul(loadPart(from, rest), share), 1, rest);
}

function shareOf(count: i32): f32 {
  return count > 0 ? <f32>(1 / <f64>count) : 0;
}

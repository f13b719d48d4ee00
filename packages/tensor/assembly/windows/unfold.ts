/** Windows of pictures as the rows of a matrix, some rows at a time: the left operand of a convolution's products. */
import { loadPart, storePart } from '../simd';
import { endInside, firstInside, windowsAt } from './windows';

/**
 * Rows `first` to `first + count` of the windows of all pictures, each [kernel rows, kernel columns, channels], zeros where it
 * is over the edge. Up to 12 bytes behind the last row are written too.
 */
export function unfold(windows: usize, first: i32, count: i32, input: usize, to: usize): void {
  const w = windowsAt(windows);
  // Read once: what is stored in between might change them, for all that the compiler knows.
  const height = w.height;
  const columns = w.columns;
  const line = w.line;
  const kernelRows = w.kernelRows;
  const kernelColumns = w.kernelColumns;
  const dilationRows = w.dilationRows;
  const step = w.dilationColumns * w.pixel;
  const bytes = w.channels << 2;
  const length = kernelColumns * bytes;
  const places = w.rows * columns;
  const isRun = step == bytes;
  const last = ((<usize>memory.size()) << 16) - 16;
  let column = first % columns;
  let row = (first % places) / columns;
  let picture = input + (first / places) * w.picture;
  for (; count > 0; count--) {
    const x = column * w.strideColumns - w.paddingColumns;
    const from = firstInside(x, w.dilationColumns);
    const end = endInside(x, w.dilationColumns, kernelColumns, w.width, from);
    const start = from * bytes;
    const stop = end * bytes;
    let y = row * w.strideRows - w.paddingRows;
    let source = picture + y * line + x * w.pixel + from * step;
    for (let k = 0; k < kernelRows; k++) {
      if (u32(y) >= u32(height) || end == from) {
        clear(to, to + length);
      } else {
        if (from > 0) clear(to, to + start);
        if (isRun) copyRun(source, to + start, to + stop, last);
        else {
          let pixel = source;
          for (let at = to + start; at < to + stop; at += bytes) {
            copyRun(pixel, at, at + bytes, last);
            pixel += step;
          }
        }
        if (end < kernelColumns) clear(to + stop, to + length);
      }
      to += length;
      y += dilationRows;
      source += dilationRows * line;
    }
    if (++column == columns) {
      column = 0;
      if (++row == w.rows) {
        row = 0;
        picture += w.picture;
      }
    }
  }
}

/**
 * The same windows, of pictures of one channel that are gone over pixel by pixel, as the columns of a matrix with rows of
 * `next` bytes: each row is made of stretches of the pictures' lines, which are longer than those of a window. Up to 12 bytes behind
 * each row are written too.
 */
export function unfoldLines(
  windows: usize,
  first: i32,
  count: i32,
  input: usize,
  to: usize,
  next: i32,
): void {
  const w = windowsAt(windows);
  const height = w.height;
  const width = w.width;
  const columns = w.columns;
  const kernelRows = w.kernelRows;
  const kernelColumns = w.kernelColumns;
  const places = w.rows * columns;
  const last = ((<usize>memory.size()) << 16) - 16;
  let column = first % columns;
  let row = (first % places) / columns;
  let picture = input + (first / places) * w.picture;
  while (count > 0) {
    const length = min(columns - column, count);
    let y = row * w.strideRows - w.paddingRows;
    let at = to;
    for (let k = 0; k < kernelRows; k++) {
      const line = picture + y * w.line;
      let x = column - w.paddingColumns;
      for (let l = 0; l < kernelColumns; l++) {
        const stop = at + (length << 2);
        if (u32(y) >= u32(height)) clear(at, stop);
        else {
          const from = min(max(-x, 0), length);
          const end = max(min(width - x, length), from);
          if (from > 0) clear(at, at + (from << 2));
          copyRun(line + ((x + from) << 2), at + (from << 2), at + (end << 2), last);
          if (end < length) clear(at + (end << 2), stop);
        }
        at += next;
        x += w.dilationColumns;
      }
      y += w.dilationRows;
    }
    to += length << 2;
    count -= length;
    column += length;
    if (column == columns) {
      column = 0;
      if (++row == w.rows) {
        row = 0;
        picture += w.picture;
      }
    }
  }
}

/** Zeros, a vector at a time: what is written beyond the end is overwritten by what follows. */
function clear(from: usize, end: usize): void {
  for (; from < end; from += 16) v128.store(from, f32x4.splat(0));
}

/** Copies so; `last` is where the memory goes on for a whole vector yet. */
function copyRun(source: usize, to: usize, end: usize, last: usize): void {
  for (; to < end; to += 16) {
    if (source > last) {
      const rest = <i32>(end - to) >> 2;
      storePart(to, loadPart(source, rest), rest);
      return;
    }
    v128.store(to, v128.load(source));
    source += 16;
  }
}

/** Adds rows to the windows that they are of: what `unfold` has as its gradient. */
export function fold(windows: usize, first: i32, count: i32, from: usize, sink: usize): void {
  const w = windowsAt(windows);
  const bytes = w.channels << 2;
  const places = w.rows * w.columns;
  let column = first % w.columns;
  let row = (first % places) / w.columns;
  let picture = sink + (first / places) * w.picture;
  const isRun = w.dilationColumns == 1 && w.pixel == bytes;
  for (; count > 0; count--) {
    const x = column * w.strideColumns - w.paddingColumns;
    const begin = firstInside(x, w.dilationColumns);
    const end = endInside(x, w.dilationColumns, w.kernelColumns, w.width, begin);
    let y = row * w.strideRows - w.paddingRows;
    for (let k = 0; k < w.kernelRows; k++) {
      if (y >= 0 && y < w.height && end > begin) {
        let target = picture + y * w.line + (x + begin * w.dilationColumns) * w.pixel;
        const start = from + begin * bytes;
        const stop = from + end * bytes;
        if (isRun) addRun(start, stop, target);
        else {
          for (let pixel = start; pixel < stop; pixel += bytes) {
            addRun(pixel, pixel + bytes, target);
            target += w.dilationColumns * w.pixel;
          }
        }
      }
      from += w.kernelColumns * bytes;
      y += w.dilationRows;
    }
    if (++column == w.columns) {
      column = 0;
      if (++row == w.rows) {
        row = 0;
        picture += w.picture;
      }
    }
  }
}

function addRun(from: usize, end: usize, to: usize): void {
  for (; from + 16 <= end; from += 16) {
    v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
    to += 16;
  }
  const rest = <i32>(end - from) >> 2;
  if (rest) storePart(to, f32x4.add(loadPart(to, rest), loadPart(from, rest)), rest);
}

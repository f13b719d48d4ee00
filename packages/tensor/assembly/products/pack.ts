/**
 * Operands of a product of matrices are packed block by block, so that a micro-kernel reads them straight through,
 * whatever their strides were.
 */

/**
 * Packs `count` lines of an operand (rows of A, columns of B) into panels of `width` lines: for each step of k, the
 * panel's numbers side by side. Lines missing from the last panel are zeros.
 *
 * @param line from one line to the next; `step` from one k to the next
 */
export function pack(
  width: i32,
  count: i32,
  depth: i32,
  from: usize,
  line: i32,
  step: i32,
  factor: f32,
  to: usize,
): void {
  const panelRow = width << 2;
  for (let first = 0; first < count; first += width) {
    for (let group = 0; group < width; group += 4) {
      const lines = min(4, count - first - group);
      const source = from + (first + group) * line;
      const target = to + (group << 2);
      if (lines == 4 && line == 4) packAcross(depth, source, step, factor, target, panelRow);
      else if (lines == 4 && step == 4) packAlong(depth, source, line, factor, target, panelRow);
      else packAny(lines, depth, source, line, step, factor, target, panelRow);
    }
    to += depth * panelRow;
  }
}

/** Four lines that lie side by side: a vector is a step. */
function packAcross(depth: i32, from: usize, step: i32, factor: f32, to: usize, panelRow: i32): void {
  const factors = f32x4.splat(factor);
  for (let p = 0; p < depth; p++) {
    v128.store(to, f32x4.mul(v128.load(from), factors));
    from += step;
    to += panelRow;
  }
}

/** Four lines that are each contiguous: four steps of them are a 4×4 block to transpose. */
function packAlong(depth: i32, from: usize, line: i32, factor: f32, to: usize, panelRow: i32): void {
  const factors = f32x4.splat(factor);
  const l1 = from + line;
  const l2 = l1 + line;
  const l3 = l2 + line;
  const whole = (depth & ~3) << 2;
  for (let p = 0; p < whole; p += 16) {
    const a = f32x4.mul(v128.load(from + p), factors);
    const b = f32x4.mul(v128.load(l1 + p), factors);
    const c = f32x4.mul(v128.load(l2 + p), factors);
    const d = f32x4.mul(v128.load(l3 + p), factors);
    const abLow = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const cdLow = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<f32>(abLow, cdLow, 0, 1, 4, 5));
    v128.store(to + panelRow, v128.shuffle<f32>(abLow, cdLow, 2, 3, 6, 7));
    v128.store(to + 2 * panelRow, v128.shuffle<f32>(abHigh, cdHigh, 0, 1, 4, 5));
    v128.store(to + 3 * panelRow, v128.shuffle<f32>(abHigh, cdHigh, 2, 3, 6, 7));
    to += 4 * panelRow;
  }
  if (depth & 3) packAny(4, depth & 3, from + whole, line, 4, factor, to, panelRow);
}

/** Up to four lines at any strides; the lines that are missing become zeros. */
function packAny(
  lines: i32,
  depth: i32,
  from: usize,
  line: i32,
  step: i32,
  factor: f32,
  to: usize,
  panelRow: i32,
): void {
  for (let p = 0; p < depth; p++) {
    for (let i = 0; i < 4; i++) {
      store<f32>(to + (i << 2), i < lines ? load<f32>(from + i * line) * factor : 0);
    }
    from += step;
    to += panelRow;
  }
}

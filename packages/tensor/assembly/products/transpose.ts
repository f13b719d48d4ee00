/** to[j][i] ← from[i][j], of matrices [rows, columns] and [columns, rows] whose rows are contiguous. */
export function transpose(rows: i32, columns: i32, from: usize, fromRow: i32, to: usize, toRow: i32): void {
  const wholeRows = rows & ~3;
  const wholeColumns = columns & ~3;
  for (let j = 0; j < wholeColumns; j += 4) {
    transposeTiles(wholeRows, from + (j << 2), fromRow, to + j * toRow, toRow);
  }
  if (wholeRows < rows) {
    for (let j = 0; j < wholeColumns; j++) {
      transposeColumn(wholeRows, rows, from + (j << 2), fromRow, to + j * toRow);
    }
  }
  for (let j = wholeColumns; j < columns; j++) {
    transposeColumn(0, rows, from + (j << 2), fromRow, to + j * toRow);
  }
}

/** Four columns, of rows that are a multiple of four. */
function transposeTiles(rows: i32, from: usize, fromRow: i32, to: usize, toRow: i32): void {
  const fromTwoRows = fromRow << 1;
  const toTwoRows = toRow << 1;
  for (const end = to + (rows << 2); to < end; to += 16) {
    const from2 = from + fromTwoRows;
    const a = v128.load(from);
    const b = v128.load(from + fromRow);
    const c = v128.load(from2);
    const d = v128.load(from2 + fromRow);
    const abLow = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const cdLow = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    const to2 = to + toTwoRows;
    v128.store(to, v128.shuffle<f32>(abLow, cdLow, 0, 1, 4, 5));
    v128.store(to + toRow, v128.shuffle<f32>(abLow, cdLow, 2, 3, 6, 7));
    v128.store(to2, v128.shuffle<f32>(abHigh, cdHigh, 0, 1, 4, 5));
    v128.store(to2 + toRow, v128.shuffle<f32>(abHigh, cdHigh, 2, 3, 6, 7));
    from = from2 + fromTwoRows;
  }
}

function transposeColumn(first: i32, rows: i32, from: usize, fromRow: i32, to: usize): void {
  for (let i = first; i < rows; i++) store<f32>(to + (i << 2), load<f32>(from + i * fromRow));
}

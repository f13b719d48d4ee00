/** to[j][i] ← from[i][j], of matrices [rows, columns] and [columns, rows] whose rows are contiguous. */
export function transpose(rows: i32, columns: i32, from: usize, fromRow: i32, to: usize, toRow: i32): void {
  const wholeRows = rows & ~3;
  const wholeColumns = columns & ~3;
  // Along the rows that lie farther apart: some distances have them push each other out of the first cache.
  if (fromRow > toRow) {
    for (let i = 0; i < wholeRows; i += 4) {
      const row = from + i * fromRow;
      for (let j = 0; j < wholeColumns; j += 4) {
        transposeTile(row + (j << 2), fromRow, to + j * toRow + (i << 2), toRow);
      }
    }
  } else {
    for (let j = 0; j < wholeColumns; j += 4) {
      const row = to + j * toRow;
      for (let i = 0; i < wholeRows; i += 4) {
        transposeTile(from + i * fromRow + (j << 2), fromRow, row + (i << 2), toRow);
      }
    }
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

/** 4×4 numbers. */
function transposeTile(from: usize, fromRow: i32, to: usize, toRow: i32): void {
  const from2 = from + (fromRow << 1);
  const a = v128.load(from);
  const b = v128.load(from + fromRow);
  const c = v128.load(from2);
  const d = v128.load(from2 + fromRow);
  const abLow = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cdLow = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  const to2 = to + (toRow << 1);
  v128.store(to, v128.shuffle<f32>(abLow, cdLow, 0, 1, 4, 5));
  v128.store(to + toRow, v128.shuffle<f32>(abLow, cdLow, 2, 3, 6, 7));
  v128.store(to2, v128.shuffle<f32>(abHigh, cdHigh, 0, 1, 4, 5));
  v128.store(to2 + toRow, v128.shuffle<f32>(abHigh, cdHigh, 2, 3, 6, 7));
}

function transposeColumn(first: i32, rows: i32, from: usize, fromRow: i32, to: usize): void {
  for (let i = first; i < rows; i++) store<f32>(to + (i << 2), load<f32>(from + i * fromRow));
}

import {
  type Data,
  Field,
  FixedSizeList,
  Float32,
  Int32,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  Uint8,
} from 'apache-arrow';

/** The columns of one block. */
type Columns = Readonly<Record<string, Data>>;

/** A table of one block for each record of columns. */
export function tableOf(first: Columns, ...others: readonly Columns[]): Table {
  return tableOfBlocks(first, [first, ...others]);
}

function tableOfBlocks(columns: Columns, blocks: readonly Columns[]): Table {
  const fields = Object.entries(columns).map(([name, { type }]) => new Field(name, type, true));
  const schema = new Schema(fields);
  const batches = blocks.map((columns) => {
    const children = Object.values(columns);
    const length = children[0]?.length ?? 0;
    return new RecordBatch(schema, makeData({ type: new Struct(fields), length, nullCount: 0, children }));
  });
  return new Table(schema, batches);
}

export function floats(...values: number[]): Data<Float32> {
  return makeData({ type: new Float32(), data: Float32Array.from(values) });
}

export function ints(...values: number[]): Data<Int32> {
  return makeData({ type: new Int32(), data: Int32Array.from(values) });
}

/** Lists of bytes, each of the same length. */
export function byteLists(...lists: number[][]): Data<FixedSizeList<Uint8>> {
  const type = new FixedSizeList(lists[0]?.length ?? 1, new Field('item', new Uint8(), false));
  const child = makeData({ type: new Uint8(), data: Uint8Array.from(lists.flat()) });
  return makeData({ type, length: lists.length, nullCount: 0, child });
}

/** Blocks of these sizes with the columns `x` and `label`, both the row's number in the whole table. */
export function numberedRows(sizes: readonly number[]): Table {
  let row = 0;
  const blocks = sizes.map((size) => {
    const numbers = Array.from({ length: size }, () => row++);
    return { x: floats(...numbers), label: ints(...numbers) };
  });
  return tableOfBlocks({ x: floats(), label: ints() }, blocks);
}

import type { DataPlace, DType, Floats, Tensor } from '@fluxion/tensor';
import type { Data } from 'apache-arrow';
import type { CellArray, CellReader } from '../cells/cellReader.js';
import type { ColumnEncoder } from '../columnEncoder.js';
import type { ColumnState } from '../encodings/encoding.js';
import { lender } from '../floatsEncoder.js';
import { minibatchFloats } from '../minibatchFloats.js';
import { valueIn } from './valueIn.js';

/** A column of a table as it is encoded. */
export interface EncodedColumn {
  readonly column: string;
  readonly reader: CellReader<unknown>;
  readonly state: ColumnState;
}

/** How minibatches of a table are encoded. */
export interface EncodeOptions {
  readonly batchSize: number;
  readonly dtype: DType;
  /** Whether each row is counted in after it has been encoded. */
  readonly online: boolean;
}

/** What is beyond this after encoding trains badly. */
const EXTREME = 100;

/** Counts, by column, the cells that came out beyond ±100. */
export type Extremes = Map<string, number>;

/**
 * Encodes columns of a table to a tensor [batch, width]. Cells are kept as they come until the minibatch is lent: only then
 * are they encoded, and online counted in, example by example. So what is known of the data never runs ahead of the
 * examples that were given.
 */
export class InputEncoder implements ColumnEncoder {
  readonly name: string;
  readonly fields: readonly number[];
  readonly keepsBlocks = true;
  readonly lend: (size: number) => Tensor;
  readonly #columns: readonly StagedColumn[];
  readonly #width: number;
  readonly #out: Floats;

  /** @param fields the place of each column in the schema */
  constructor(
    name: string,
    columns: readonly EncodedColumn[],
    fields: readonly number[],
    { batchSize, dtype, online }: EncodeOptions,
    extremes: Extremes,
  ) {
    this.name = name;
    this.fields = fields;
    this.#columns = columns.map((column) => new StagedColumn(column, batchSize, online, extremes));
    this.#width = columns.reduce((width, { state }) => width + state.width, 0);
    this.#out = minibatchFloats(dtype, batchSize, this.#width);
    this.lend = lender(this.#out, batchSize, { shape: [this.#width], width: this.#width });
  }

  clear(): void {
    for (const column of this.#columns) column.blocks.length = 0;
  }

  async add(data: readonly Data[], place: DataPlace): Promise<void> {
    for (const [i, column] of this.#columns.entries()) await column.add(data[i] as Data, place);
  }

  gather(blocks: Uint32Array, rows: Uint32Array, from: number, to: number): void {
    for (const column of this.#columns) column.gather(blocks, rows, from, to);
  }

  /** Takes example i of the minibatch from a plain object. */
  take(i: number, row: Readonly<Record<string, unknown>>, place: DataPlace): void {
    for (const column of this.#columns) column.take(i, row, place);
  }

  encode(size: number): void {
    let at = 0;
    for (const column of this.#columns) {
      column.encode(size, this.#out, at, this.#width);
      at += column.width;
    }
  }
}

/** A column's cells: of the blocks in the window, and of the minibatch. */
class StagedColumn {
  readonly blocks: ArrayLike<unknown>[] = [];
  readonly width: number;
  readonly #name: string;
  readonly #reader: CellReader<unknown>;
  readonly #state: ColumnState;
  readonly #cells: CellArray<unknown>;
  readonly #online: boolean;
  readonly #extremes: Extremes;

  constructor(
    { column, reader, state }: EncodedColumn,
    batchSize: number,
    online: boolean,
    extremes: Extremes,
  ) {
    this.width = state.width;
    this.#name = column;
    this.#reader = reader;
    this.#state = state;
    this.#cells = reader.room(batchSize);
    this.#online = online;
    this.#extremes = extremes;
  }

  async add(data: Data, place: DataPlace): Promise<void> {
    this.blocks.push(await this.#reader.ofColumn(data, { ...place, column: this.#name }));
  }

  gather(blocks: Uint32Array, rows: Uint32Array, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      this.#cells[i] = (this.blocks[blocks[i] as number] as ArrayLike<unknown>)[rows[i] as number];
    }
  }

  take(i: number, row: Readonly<Record<string, unknown>>, place: DataPlace): void {
    this.#cells[i] = this.#reader.ofValue(valueIn(row, this.#name, place), { ...place, column: this.#name });
  }

  encode(size: number, out: Floats, start: number, stride: number): void {
    const { width } = this;
    let extreme = 0;
    for (let i = 0, at = start; i < size; i++, at += stride) {
      this.#state.encode(this.#cells[i], out, at);
      if (this.#online) this.#state.see(this.#cells[i]);
      for (let j = at; j < at + width; j++) {
        const value = out[j] as number;
        if (value > EXTREME || value < -EXTREME) {
          extreme++;
          break;
        }
      }
    }
    if (extreme > 0) this.#extremes.set(this.#name, (this.#extremes.get(this.#name) ?? 0) + extreme);
  }
}

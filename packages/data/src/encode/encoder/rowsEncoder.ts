import type { DataPlace, Labels, Tensor } from '@fluxion/tensor';
import { expectColumns } from './expectColumns.js';
import type { RowInput } from './rowInput.js';

/** Plain objects as examples. Their tensors are lent until the next ones are encoded. */
export interface EncodedRows {
  /** Number of examples. */
  readonly size: number;
  readonly inputs: Readonly<Record<string, Tensor | Labels>>;
  readonly targets: Readonly<Record<string, Tensor | Labels>>;
  /** How much each counts, [batch]; absent where the encoder knows no such column, or the targets are not read. */
  readonly weights?: Tensor;
  /** Over when later rows have overwritten the tensors. */
  readonly lease: { isOver(): boolean };
}

/** Makes minibatches of plain objects, in tensors that it lends. */
export class RowsEncoder {
  readonly #columns: readonly string[];
  readonly #inputs: readonly RowInput[];
  readonly #targets: readonly RowInput[];
  readonly #weights: Omit<RowInput, 'isGap'> | undefined;
  #lease: EncodedRows['lease'] | undefined;

  /** @param columns what an object has to have */
  constructor(
    columns: readonly string[],
    inputs: readonly RowInput[],
    targets: readonly RowInput[],
    weights: Omit<RowInput, 'isGap'> | undefined,
  ) {
    this.#columns = columns;
    this.#inputs = inputs;
    this.#targets = targets;
    this.#weights = weights;
  }

  encode(rows: readonly Readonly<Record<string, unknown>>[]): EncodedRows {
    const size = rows.length;
    for (const [i, row] of rows.entries()) {
      const place: DataPlace = size === 1 ? {} : { row: i };
      expectColumns(row, this.#columns, place);
      for (const input of this.#inputs) input.take(i, row, place);
      for (const target of this.#targets) target.take(i, row, place);
      this.#weights?.take(i, row, place);
    }
    for (const input of this.#inputs) input.encode(size);
    const lease = { isOver: (): boolean => this.#lease !== lease };
    this.#lease = lease;
    const lent = (all: readonly RowInput[]): Record<string, Tensor | Labels> =>
      Object.fromEntries(all.map((one) => [one.name, one.lend(size)]));
    const weights = this.#weights?.lend(size) as Tensor | undefined;
    return {
      size,
      inputs: lent(this.#inputs),
      targets: lent(this.#targets),
      ...(weights && { weights }),
      lease,
    };
  }
}

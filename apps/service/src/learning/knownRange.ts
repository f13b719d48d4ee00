import type { EncodedRows, Encoder } from '@fluxion/data';
import type { Row } from '@fluxion/pipeline';
import { DataError, type DType, elements, type Tensor } from '@fluxion/tensor';

/** How far the numbers of an event may lie from what the encoder knows, and what is done with others. */
export interface RangeOptions {
  /**
   * The largest encoded number that is learned from, of inputs and of targets: so many standard deviations where a column is
   * standardized. Where a column says how much each event counts, none counts more than so many usual ones. Default 5.
   */
  readonly range?: number;
  /** `clip`, the default: a number beyond is learned from as if it lay at the border. `refuse`: the event is refused. */
  readonly beyond?: 'clip' | 'refuse';
}

/** An event as an example. Its tensors are lent until the next one is encoded. */
export interface RangedExample extends EncodedRows {
  /** How many of its numbers lay beyond the range. */
  readonly clipped: number;
}

/** The input that encoders give columns of few numbers. */
const INPUT = 'input';

/**
 * Encodes events so that no number of one outweighs what has been learned: under SGD an input a thousand times larger than
 * usual moves its weights a thousand times as far.
 */
export class KnownRange {
  readonly #encoder: Encoder;
  readonly #dtype: DType;
  readonly #range: number;
  readonly #beyond: 'clip' | 'refuse';

  constructor(encoder: Encoder, dtype: DType, { range = 5, beyond = 'clip' }: RangeOptions) {
    this.#encoder = encoder;
    this.#dtype = dtype;
    this.#range = range;
    this.#beyond = beyond;
  }

  /**
   * Encodes an event with its targets.
   *
   * @param online whether it is counted in; one with numbers beyond the range is not
   * @throws {DataError} with the column, when a value is missing, cannot be used, or is refused for its range.
   */
  encode(row: Row, online: boolean): RangedExample {
    const encoded = this.#encode(row, false);
    const clipped = this.#clip(encoded);
    return { ...(online && clipped === 0 ? this.#encode(row, true) : encoded), clipped };
  }

  #encode(row: Row, online: boolean): EncodedRows {
    return this.#encoder.encode([row], { targets: true, dtype: this.#dtype, online });
  }

  #clip({ inputs, targets, weights }: EncodedRows): number {
    let clipped = 0;
    for (const [name, input] of Object.entries(inputs)) {
      if (input.data instanceof Int32Array) continue;
      const columnAt = (place: number) => (name === INPUT ? this.#encoder.columnAt(place) : undefined);
      clipped += this.#clipNumbers(input as Tensor, columnAt);
    }
    for (const [name, target] of Object.entries(targets)) {
      if (!(target.data instanceof Int32Array)) clipped += this.#clipNumbers(target as Tensor, () => name);
    }
    if (weights !== undefined) clipped += this.#clipNumbers(weights, () => this.#encoder.weight?.column);
    return clipped;
  }

  #clipNumbers(tensor: Tensor, columnAt: (place: number) => string | undefined): number {
    const values = elements(tensor);
    const range = this.#range;
    let clipped = 0;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      if (value <= range && value >= -range) continue;
      if (this.#beyond === 'refuse') this.#refuse(value, columnAt(i));
      values[i] = Math.sign(value) * range;
      clipped++;
    }
    return clipped;
  }

  #refuse(value: number, column: string | undefined): never {
    throw new DataError(
      `expected a number that is at most ${this.#range} when it is encoded, as in standard deviations, got ${value.toPrecision(3)}; correct it, or serve with a larger range`,
      { column },
    );
  }
}

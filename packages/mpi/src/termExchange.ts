import type { ParameterGradient } from '@fluxion/graph';
import {
  type DType,
  elements,
  type FactoredGradient,
  type Floats,
  type Gradient,
  labels,
  type RowsGradient,
  type Tensor,
  tensor,
} from '@fluxion/tensor';
import type { Mpi } from './mpiProcess.js';
import type { SpareMemory } from './spareMemory.js';

/** A gradient that is a sum of terms: an outer product for each row of its factors, or a row that was touched. */
type Terms = FactoredGradient | RowsGradient;

/** A gradient whose terms are exchanged. */
export interface Exchanged {
  readonly of: ParameterGradient;
  readonly terms: Terms;
  /** Which of the gradients it is. */
  readonly place: number;
  /** Terms over all ranks. */
  readonly total: number;
}

/**
 * Sends the terms of gradients, as they are, to all ranks by one call, in the order of the ranks. What comes of them is a gradient
 * of the same form, with the terms of all.
 */
export class TermExchange {
  readonly #ranks: Mpi;
  readonly #exchanged: readonly (Exchanged & { readonly sum: Terms; readonly width: number })[];
  /** The parts of all ranks, one after another. */
  readonly #sent: Floats;
  /** The same memory, for places of rows. */
  readonly #places: Int32Array;

  constructor(ranks: Mpi, memory: SpareMemory, dtype: DType, gradients: readonly Exchanged[]) {
    this.#ranks = ranks;
    const sums = sumsIn(memory, gradients);
    this.#exchanged = gradients.map((gradient, i) => {
      const sum = sums[i] as Terms;
      return { ...gradient, sum, width: widthOf(sum) };
    });
    const size = this.#exchanged.reduce((numbers, { total, width }) => numbers + total * width, 0);
    this.#sent = dtype === 'float32' ? new Float32Array(size) : new Float64Array(size);
    this.#places = new Int32Array(this.#sent.buffer);
  }

  /** The gradient of all ranks' terms. */
  of(gradient: ParameterGradient): Gradient | undefined {
    return this.#exchanged.find(({ of }) => of === gradient)?.sum;
  }

  /**
   * Sends this rank's terms, those of its gradients times its share, and takes in all.
   *
   * @param counts of each gradient, how many terms each rank has
   */
  exchange(share: number, counts: readonly Int32Array[]): void {
    if (this.#exchanged.length === 0) return;
    const { rank, size } = this.#ranks;
    const countOf = (place: number, of: number): number => counts[place]?.[of] as number;
    const lengths = Int32Array.from({ length: size }, (_, of) =>
      this.#exchanged.reduce((sum, { place, width }) => sum + countOf(place, of) * width, 0),
    );
    let at = 0;
    for (let of = 0; of < rank; of++) at += lengths[of] as number;
    for (const { terms } of this.#exchanged) at = this.#write(terms, share, at);
    this.#ranks.allgather(this.#sent, lengths);
    at = 0;
    const filled = new Int32Array(this.#exchanged.length);
    for (let of = 0; of < size; of++) {
      for (const [i, { place, sum }] of this.#exchanged.entries()) {
        const count = countOf(place, of);
        at = this.#read(sum, filled[i] as number, count, at);
        filled[i] = (filled[i] as number) + count;
      }
    }
  }

  /** Writes terms to a place of what is sent, and answers where they end. */
  #write(terms: Terms, share: number, from: number): number {
    let at = from;
    const put = (of: Tensor, factor: number): void => {
      for (const number of elements(of)) this.#sent[at++] = factor * number;
    };
    if (terms.form === 'rows') {
      for (const index of elements(terms.indices)) this.#places[this.#placeAt(at++)] = index;
      put(terms.rows, share);
      return at;
    }
    for (const { input } of terms.pairs) put(input, 1);
    for (const { dOutput } of terms.pairs) put(dOutput, share);
    return at;
  }

  /** Reads `count` terms from a place of what was sent, which follow those that the sum has, and answers where they end. */
  #read(sum: Terms, term: number, count: number, from: number): number {
    let at = from;
    const take = (into: Tensor): void => {
      const width = into.shape[1] as number;
      elements(into).set(this.#sent.subarray(at, at + count * width), term * width);
      at += count * width;
    };
    if (sum.form === 'rows') {
      const indices = elements(sum.indices);
      for (let i = 0; i < count; i++) indices[term + i] = this.#places[this.#placeAt(at++)] as number;
      take(sum.rows);
      return at;
    }
    for (const { input, dOutput } of sum.pairs) {
      take(input);
      take(dOutput);
    }
    return at;
  }

  #placeAt(number: number): number {
    return (number * this.#sent.BYTES_PER_ELEMENT) / this.#places.BYTES_PER_ELEMENT;
  }
}

/** Memory for the terms of all ranks, as gradients of the same forms. */
function sumsIn(memory: SpareMemory, gradients: readonly Exchanged[]): readonly Terms[] {
  const shapes = gradients.map(({ terms, total }) =>
    tensorsOf(terms).map((of) => [total, of.size / (of.shape[0] as number)] as const),
  );
  const { pieces } = memory.floats(shapes.flat().map(([rows, width]) => rows * width));
  const indices = memory.indices(gradients.map(({ terms, total }) => (terms.form === 'rows' ? total : 0)));
  let piece = 0;
  return gradients.map(({ terms }, i) => {
    const [first, second] = (shapes[i] ?? []).map((shape) => tensor(pieces[piece++] as Floats, shape));
    return terms.form === 'rows'
      ? { form: 'rows', indices: labels(indices[i] as Int32Array), rows: first as Tensor }
      : { form: 'factored', pairs: [{ input: first as Tensor, dOutput: second as Tensor }] };
  });
}

/** What a term has a row in: the pairs of a weight that is used several times are of equal widths. */
function tensorsOf(terms: Terms): readonly Tensor[] {
  if (terms.form === 'rows') return [terms.rows];
  return terms.pairs.slice(0, 1).flatMap(({ input, dOutput }) => [input, dOutput]);
}

/** Numbers that a term takes on its way; the place of a row is one. */
function widthOf(sum: Terms): number {
  const widths = tensorsOf(sum).map(({ shape }) => shape[1] as number);
  return widths.reduce((total, width) => total + width, sum.form === 'rows' ? 1 : 0);
}

import type { BoxDefinition, BoxDescription, ParameterDescription } from '@fluxion/graph';
import { reshape, type Shape, type Tensor } from '@fluxion/tensor';
import { expectWhole } from '../expectWhole.js';
import { expectInitializer, type InitializerOption, initializer } from '../initializers.js';

/** Options of embedding boxes. */
export interface EmbeddingOptions {
  readonly name?: string;
  readonly frozen?: boolean;
  /** How the vectors begin. Default { kind: 'normal', deviation: 0.05 }. */
  readonly initializer?: InitializerOption;
}

/** Description of an embedding box. */
export interface Embedding extends BoxDescription, EmbeddingOptions {
  readonly kind: 'embedding';
  /** Numbers in the vector of an index. */
  readonly width: number;
}

/**
 * A learned vector for each index: output = weight[index], zeros for the index −1.
 *
 * Shapes   indices [batch, ...shape] of an input { shape, indices: count }, weight [count, width], output [batch, ...shape,
 *          width]
 * bprop    dWeight[index] += dOutput at its places (kept as rows: only those that were met)
 *
 * The vectors count as weights: regularizers shrink all of them at every update, which costs a pass over the whole table.
 *
 * @param width a whole number from 1
 * @throws {OptionError} when the width is invalid, or the child is not an input of indices.
 * @see Bengio, Ducharme, Vincent, Jauvin, "A neural probabilistic language model", JMLR 3, 2003, section 2.
 * @example
 * sequential([embedding(16), flatten(), linear(2)], { inputShape: { shape: [64], indices: 10_000 } });
 */
export function embedding(width: number, options: EmbeddingOptions = {}): Embedding {
  expectWhole(width, 'embedding width');
  return { kind: 'embedding', width, ...options };
}

/** The table of vectors of an embedding box. */
export function embeddingTable(
  { width, initializer: option = { kind: 'normal', deviation: 0.05 } }: EmbeddingOptions & { width: number },
  count: number | undefined,
): { weight: ParameterDescription } {
  return {
    weight: { shape: [count as number, width], initializer: initializer(option), regularized: true },
  };
}

/** Refuses options of an embedding box that cannot be. */
export function expectEmbedding(
  { width, initializer: option }: EmbeddingOptions & { width: number },
  where: string,
): void {
  expectWhole(width, `${where} width`);
  if (option !== undefined) expectInitializer(option, `${where} initializer`);
}

/** How an embedding box computes. */
export const embeddingBox: BoxDefinition<Embedding> = {
  children: 1,
  indexChildren: [0],
  options: ['width', 'initializer'],
  mask: () => 'keeps',
  outputShape(description, [input], where) {
    expectEmbedding(description, where);
    return [...(input as Shape), description.width];
  },
  parameters: (description, _, [count]) => embeddingTable(description, count),
  fprop: ({ kernels, indices: [indices], parameters, output }) =>
    indices ? [kernels.gatherRows(parameters.weight as Tensor, indices, output)] : [],
  bprop({ indices: [indices], dOutput, gradients: { weight } }) {
    if (indices !== undefined) {
      const count = indices.size;
      weight?.rows(reshape(indices, [count]), reshape(dOutput, [count, dOutput.shape.at(-1) as number]));
    }
    return [];
  },
};

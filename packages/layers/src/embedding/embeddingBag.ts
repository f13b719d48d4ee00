import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import { expectShape, OptionError, reshape, type Tensor } from '@fluxion/tensor';
import { type EmbeddingOptions, embeddingTable, expectEmbedding } from './embedding.js';

/** Description of an embeddingBag box. */
export interface EmbeddingBag extends BoxDescription, EmbeddingOptions {
  readonly kind: 'embeddingBag';
  /** Numbers in the vector of an index. */
  readonly width: number;
}

/**
 * The sum of learned vectors: output = Σᵢ wᵢ · weight[indexᵢ]. With indices and weights of what is not zero it is a linear
 * map of sparse features, as of hashed words, that costs only what is there. The index −1 counts nothing.
 *
 * Shapes   indices [batch, n] of an input { shape: [n], indices: count }; weights [batch, n], or none for 1 each; weight
 *          [count, width], output [batch, width]
 * bprop    dWeight[indexᵢ] += wᵢ dOutput (kept as rows);  dwᵢ = weight[indexᵢ] · dOutput
 *
 * @param width a whole number from 1
 * @throws {OptionError} when the width is invalid, the first child is not an input of indices, or there are more than two;
 *   {ShapeError} when the graph is built and the weights are not of the shape of the indices.
 * @example
 * graph({
 *   inputs: { words: { shape: [50], indices: 2 ** 18 }, counts: [50] },
 *   boxes: { sum: apply(embeddingBag(16), 'words', 'counts'), logits: apply(linear(2), 'sum') },
 *   outputs: ['logits'],
 * });
 */
export function embeddingBag(width: number, options: EmbeddingOptions = {}): EmbeddingBag {
  expectEmbedding({ width, ...options }, 'embeddingBag');
  return { kind: 'embeddingBag', width, ...options };
}

/** How an embeddingBag box computes. */
export const embeddingBagBox: BoxDefinition<EmbeddingBag> = {
  children: 'oneOrMore',
  indexChildren: [0],
  options: ['width', 'initializer'],
  mask: () => 'ends',
  outputShape(description, children, where) {
    expectEmbedding(description, where);
    const [indices = [], weights] = children;
    expectShape(`${where} child 1`, ['n'], indices, 'give it one list of indices an example');
    if (weights !== undefined) {
      expectShape(`${where} child 2`, indices, weights, 'give a weight for each index');
    }
    if (children.length > 2) {
      throw new OptionError(
        `${where} children: expected indices and perhaps weights, got ${children.length}; leave the others out`,
      );
    }
    return [description.width];
  },
  parameters: (description, _, [count]) => embeddingTable(description, count),
  workspace: ({ width }, [indices]) => ({
    rows: { shape: [indices?.[0] as number, width], per: 'example' },
  }),
  fprop: ({ kernels, indices: [indices], inputs: [, weights], parameters, output }) =>
    indices ? [kernels.sumBags(parameters.weight as Tensor, indices, weights, output)] : [],
  bprop(cells) {
    const { kernels, indices, inputs, parameters, workspace, dOutput, dInputs, gradients } = cells;
    const [[bags], [, weights], [, dWeights]] = [indices, inputs, dInputs];
    if (bags === undefined) return [];
    const rows = workspace.rows as Tensor;
    const { weight } = gradients;
    weight?.rows(reshape(bags, [bags.size]), reshape(rows, [bags.size, dOutput.shape[1] as number]));
    return [
      weight && kernels.bagRows(dOutput, weights, rows),
      dWeights && kernels.bagWeightsGradient(parameters.weight as Tensor, bags, dOutput, dWeights),
    ];
  },
};

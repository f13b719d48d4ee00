import { arena, createKernels, type KernelsName, type Run } from '@fluxion/tensor';
import type { Trainer } from '../contenders/peer.js';
import { filled } from '../kernels/filled.js';
import { type Network, sizes } from './network.js';

/** A product of a layer, rows × summed × columns for one example, and how many of them a step has. */
interface Product {
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly count?: number;
  /** Whether its rows are those of all examples: else there is one for each example. Default true. */
  readonly isShared?: boolean;
  /** Whether its left operand is data, which wants no gradient. */
  readonly isFirst?: boolean;
}

const { lstm, transformer, clicks } = sizes;
const width = transformer.features / transformer.heads;
const square = { m: transformer.length, k: transformer.features, n: transformer.features };

const products: Readonly<Record<Network['kind'], readonly Product[]>> = {
  lenet: [
    { m: 28 * 28, k: 25, n: 6, isFirst: true },
    { m: 10 * 10, k: 25 * 6, n: 16 },
    { m: 1, k: 400, n: 120 },
    { m: 1, k: 120, n: 84 },
    { m: 1, k: 84, n: 10 },
  ],
  convnet: [
    { m: 32 * 32, k: 9 * 3, n: 32, isFirst: true },
    { m: 16 * 16, k: 9 * 32, n: 64 },
    { m: 8 * 8, k: 9 * 64, n: 128 },
    { m: 1, k: 4 * 4 * 128, n: 10 },
  ],
  lstm: [
    { m: lstm.length, k: lstm.features, n: 4 * lstm.units, isFirst: true },
    { m: 1, k: lstm.units, n: 4 * lstm.units, count: lstm.length },
    { m: 1, k: lstm.units, n: lstm.classes },
  ],
  transformer: [
    { ...square, count: 3, isFirst: true },
    square,
    { m: transformer.length, k: width, n: transformer.length, count: transformer.heads, isShared: false },
    { m: transformer.length, k: transformer.length, n: width, count: transformer.heads, isShared: false },
    { ...square, n: transformer.hidden },
    { ...square, k: transformer.hidden },
    { m: 1, k: transformer.features, n: transformer.classes },
  ],
  clicks: [
    { m: 1, k: clicks.fields * clicks.width, n: clicks.hidden },
    { m: 1, k: clicks.hidden, n: clicks.classes },
  ],
};

/**
 * Only the products of matrices that a step has to compute, forward, back and for the weights: what bounds any training
 * with these kernels. A convolution counts as the product of its windows.
 */
export function networkProducts(name: KernelsName, { kind, batchSize }: Network): Trainer {
  const memory = arena('float32');
  const kernels = createKernels(name, memory);
  const runs = products[kind].flatMap(({ m, k, n, count = 1, isShared = true, isFirst = false }): Run[] => {
    const rows = isShared ? m * batchSize : m;
    const times = isShared ? count : count * batchSize;
    const [a, b, c] = [filled(memory, [rows, k]), filled(memory, [k, n]), memory.tensor([rows, n])];
    const [da, db, dc] = [memory.tensor([rows, k]), memory.tensor([k, n]), filled(memory, [rows, n])];
    const forward = kernels.matmul(a, b, { tensor: c, beta: 0 });
    const back = kernels.matmul(dc, b.transpose(1, 0), { tensor: da, beta: 0 });
    const weight = kernels.matmul(a.transpose(1, 0), dc, { tensor: db, beta: 0 });
    // The gradient of a weight that serves many steps is one product of all their rows.
    if (count > 1 && isShared && m === 1) {
      const [all, dAll] = [filled(memory, [rows * count, k]), filled(memory, [rows * count, n])];
      const once = kernels.matmul(all.transpose(1, 0), dAll, { tensor: db, beta: 0 });
      return [...Array.from({ length: times }, () => [forward, back]).flat(), once];
    }
    const each = isFirst ? [forward, weight] : [forward, back, weight];
    return Array.from({ length: times }, () => each).flat();
  });
  return {
    version: `the products of a step alone, by kernels ${name}`,
    train(examples) {
      for (let done = 0; done < examples; done += batchSize) for (const run of runs) run();
      return Promise.resolve();
    },
  };
}

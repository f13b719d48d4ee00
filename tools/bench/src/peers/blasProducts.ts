import { arena, createKernels, random, type Tensor } from '@fluxion/tensor';
import type { Trainer } from '../peer.js';
import type { Workload } from '../workload.js';

/** Only the products of matrices that a step on a minibatch has to compute, through BLAS: what bounds any training with it. */
export function blasProducts({ sizes, batchSize }: Workload): Promise<Trainer> {
  const memory = arena('float32');
  const kernels = createKernels('blas', memory);
  const numbers = random(1, 'products');
  const filled = (rows: number, columns: number): Tensor => {
    const tensor = memory.tensor([rows, columns]);
    for (let i = 0; i < tensor.size; i++) tensor.data[i] = numbers.uniform(i) - 0.5;
    return tensor;
  };
  const runs = sizes.slice(1).flatMap((fanOut, layer) => {
    const fanIn = sizes[layer] as number;
    const input = filled(batchSize, fanIn);
    const weight = filled(fanIn, fanOut);
    const dOutput = filled(batchSize, fanOut);
    const written = (columns: number) => ({ tensor: memory.tensor([batchSize, columns]), beta: 0 as const });
    const output = kernels.matmul(input, weight, written(fanOut));
    const dInput = kernels.matmul(dOutput, weight.transpose(1, 0), written(fanIn));
    // So small a factor that the weight stays in range however long it goes on.
    const update = kernels.matmul(input.transpose(1, 0), dOutput, { tensor: weight, beta: 1 }, 1e-9);
    return layer === 0 ? [output, update] : [output, dInput, update];
  });
  return Promise.resolve({
    version: 'the products of a step alone, by kernels blas',
    train(count) {
      for (let done = 0; done < count; done += batchSize) for (const run of runs) run();
      return Promise.resolve();
    },
  });
}

/**
 * A network and how it is trained: relu between linear layers, softmax cross-entropy, or squared error on a table; SGD at
 * 0.01, float32.
 */
export interface Workload {
  readonly name: string;
  /** Units of each layer, inputs first. */
  readonly sizes: readonly number[];
  readonly batchSize: number;
  readonly data: 'fashion' | 'centred' | 'mnist' | 'random' | 'table';
  /** λ of the regularizer λ‖W‖² over the weights, without the biases; 0 for none. */
  readonly l2: number;
  /** μ of SGD, whose learning rate is then 0.01·(1 − μ). Default 0. */
  readonly momentum?: number;
}

/** The columns of the table, in groups: what is in a group is measured in the same rounds. */
export const workloads: readonly (readonly Workload[])[] = [
  [{ name: '4-16-3, batch 1', sizes: [4, 16, 3], batchSize: 1, data: 'random', l2: 0 }],
  [
    {
      name: '784-128-10, batch 1, Fashion-MNIST',
      sizes: [784, 128, 10],
      batchSize: 1,
      data: 'fashion',
      l2: 0,
    },
  ],
  [
    {
      name: '784-500-10, batch 1, Fashion-MNIST',
      sizes: [784, 500, 10],
      batchSize: 1,
      data: 'fashion',
      l2: 0,
    },
  ],
  [
    { name: '784-500-10, batch 1, MNIST', sizes: [784, 500, 10], batchSize: 1, data: 'mnist', l2: 0 },
    {
      name: '784-500-10, batch 1, MNIST, l2(1e-5)',
      sizes: [784, 500, 10],
      batchSize: 1,
      data: 'mnist',
      l2: 1e-5,
    },
  ],
  [
    {
      name: '784-1024-1024-10, batch 1, Fashion-MNIST',
      sizes: [784, 1024, 1024, 10],
      batchSize: 1,
      data: 'fashion',
      l2: 0,
    },
  ],
  [
    {
      name: '784-512-256-10, batch 128, Fashion-MNIST',
      sizes: [784, 512, 256, 10],
      batchSize: 128,
      data: 'fashion',
      l2: 0,
    },
  ],
];

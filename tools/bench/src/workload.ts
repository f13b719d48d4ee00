/** A network and how it is trained: relu between linear layers, softmax cross-entropy, SGD at 0.01, float32. */
export interface Workload {
  readonly name: string;
  /** Units of each layer, inputs first. */
  readonly sizes: readonly number[];
  readonly batchSize: number;
  readonly data: 'fashion' | 'mnist' | 'random';
}

/** The rows of the table. */
export const workloads: readonly Workload[] = [
  { name: '4-16-3, batch 1', sizes: [4, 16, 3], batchSize: 1, data: 'random' },
  { name: '784-128-10, batch 1, Fashion-MNIST', sizes: [784, 128, 10], batchSize: 1, data: 'fashion' },
  { name: '784-500-10, batch 1, Fashion-MNIST', sizes: [784, 500, 10], batchSize: 1, data: 'fashion' },
  { name: '784-500-10, batch 1, MNIST', sizes: [784, 500, 10], batchSize: 1, data: 'mnist' },
  {
    name: '784-512-256-10, batch 128, Fashion-MNIST',
    sizes: [784, 512, 256, 10],
    batchSize: 128,
    data: 'fashion',
  },
];

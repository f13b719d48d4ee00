/** A network of the benchmark, and on how many examples it takes a step: softmax cross-entropy, SGD, float32. */
export interface Network {
  readonly name: string;
  readonly kind: 'lenet' | 'convnet' | 'lstm' | 'transformer' | 'clicks';
  readonly batchSize: number;
}

/** The networks that are measured. Each kind is written once for every library, with the same sizes. */
export const networks: readonly Network[] = [
  { name: 'LeNet, batch 1', kind: 'lenet', batchSize: 1 },
  { name: 'LeNet, batch 32', kind: 'lenet', batchSize: 32 },
  { name: 'conv 32-64-128, batch 32', kind: 'convnet', batchSize: 32 },
  { name: 'lstm 128, batch 1', kind: 'lstm', batchSize: 1 },
  { name: 'lstm 128, batch 32', kind: 'lstm', batchSize: 32 },
  { name: 'transformer 128, batch 32', kind: 'transformer', batchSize: 32 },
  { name: 'clicks, batch 1', kind: 'clicks', batchSize: 1 },
];

/** Sizes that all libraries' versions share. */
export const sizes = {
  lenet: { side: 28, channels: 1, classes: 10 },
  convnet: { side: 32, channels: 3, classes: 10 },
  lstm: { length: 64, features: 64, units: 128, classes: 10 },
  transformer: { length: 64, features: 128, heads: 4, hidden: 512, classes: 10 },
  clicks: { fields: 8, vocabulary: 100_000, width: 16, hidden: 64, classes: 2 },
} as const;

/** Numbers of one example. */
export function inputSize(kind: Network['kind']): number {
  if (kind === 'clicks') return sizes.clicks.fields;
  if (kind === 'lstm' || kind === 'transformer') return sizes[kind].length * sizes[kind].features;
  return sizes[kind].side ** 2 * sizes[kind].channels;
}

import type { Workload } from '../contenders/workload.js';

/** Everybody, in the order of the rounds and of the table: neighbours are compared most fairly. */
const ORDER = [
  'fluxion wasm',
  'fluxion wasm, bare loop',
  'fluxion wasm, 2 threads',
  'PyTorch, 1 thread',
  'PyTorch, 1 thread, memory kept',
  'fluxion blas, 1 thread',
  'fluxion blas, bare loop',
  'BLAS products alone',
  'PyTorch, 2 threads',
  'fluxion blas, 2 threads',
  'fluxion blas, bare loop, 2 threads',
  'tfjs wasm',
  'tfjs cpu',
  'jax-js wasm',
  'ConvNetJS',
  'native limit',
] as const;

type Contender = (typeof ORDER)[number];

/** Products of matrices are what a BLAS, or a second thread, is for. */
const MINIBATCHES_ONLY: readonly Contender[] = [
  'PyTorch, 2 threads',
  'fluxion blas, 1 thread',
  'fluxion blas, bare loop',
  'BLAS products alone',
  'fluxion blas, 2 threads',
  'fluxion blas, bare loop, 2 threads',
];
/** Without arithmetic on minibatches, or no faster there. */
const SINGLE_ONLY: readonly Contender[] = ['PyTorch, 1 thread, memory kept', 'ConvNetJS', 'native limit'];
/** Written here without a regularizer. */
const UNREGULARIZED_ONLY: readonly Contender[] = ['tfjs wasm', 'tfjs cpu', 'jax-js wasm', 'native limit'];

/** Who is measured on a workload. */
export function lineUp({ sizes, batchSize, l2 }: Workload): readonly string[] {
  return ORDER.filter(
    (name) =>
      !(batchSize === 1 ? MINIBATCHES_ONLY : SINGLE_ONLY).includes(name) &&
      !(l2 > 0 && UNREGULARIZED_ONLY.includes(name)) &&
      // Smaller weights are left to one.
      !(name === 'fluxion wasm, 2 threads' && (sizes[0] ?? 0) * (sizes[1] ?? 0) < 2 ** 16) &&
      // It is written for pictures of 28 × 28.
      !(name === 'native limit' && sizes[0] !== 784),
  );
}

/** The names in their order, each once. */
export function ordered(names: readonly string[]): readonly string[] {
  return ORDER.filter((name) => names.includes(name));
}

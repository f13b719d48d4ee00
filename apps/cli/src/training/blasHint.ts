import { hasBlas, type KernelsName } from '@fluxion/tensor';

/** Minibatches from this size on gain from a BLAS; smaller ones are bound by other things. */
const GAINS_FROM = 16;

/** A line that speaks of `--kernels blas` where it would make this run faster; none where it would not. */
export function blasHint({
  batchSize,
  kernels,
}: {
  readonly batchSize: number;
  readonly kernels?: KernelsName;
}): readonly string[] {
  if (batchSize < GAINS_FROM || kernels !== undefined) return [];
  return [
    hasBlas()
      ? 'minibatches would be faster with --kernels blas: there is a BLAS on this machine'
      : "minibatches would be faster with --kernels blas, a BLAS (as Debian's libopenblas0-pthread) and npm install koffi",
  ];
}

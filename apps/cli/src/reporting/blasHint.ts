import { hasBlas, type KernelsName } from '@fluxion/tensor';

/** Minibatches from this size on gain from a BLAS; smaller ones are bound by other things. */
const GAINS_FROM = 16;

/** Weights times examples that take about a minute of training: less is not worth a word. */
const MINUTE = 1e11;

/**
 * A line that speaks of `--kernels blas` where it would make this run faster; none where it would not.
 *
 * @param products weights times rows
 */
export function blasHint(
  {
    batchSize,
    kernels,
    epochs,
  }: { readonly batchSize: number; readonly epochs: number; readonly kernels?: KernelsName },
  products: number,
): readonly string[] {
  if (batchSize < GAINS_FROM || kernels !== undefined || products * epochs < MINUTE) return [];
  return [
    hasBlas()
      ? 'minibatches would be faster with --kernels blas: there is a BLAS on this machine'
      : "minibatches would be faster with --kernels blas, a BLAS (as Debian's libopenblas0-pthread) and npm install koffi",
  ];
}

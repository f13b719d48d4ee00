import type { DType, Floats } from '@fluxion/tensor';
import { minibatchLength } from './minibatchLength.js';

/**
 * Memory for a minibatch of examples of `width` numbers.
 *
 * @throws {OptionError} when it would be 4 GiB and more.
 */
export function minibatchFloats(dtype: DType, batchSize: number, width: number): Floats {
  const length = minibatchLength(batchSize, width, 2 ** 30);
  return dtype === 'float32' ? new Float32Array(length) : new Float64Array(length);
}

import { type DType, type Floats, OptionError } from '@fluxion/tensor';

const MAX_NUMBERS = 2 ** 30;

/**
 * Memory for a minibatch of examples of `width` numbers.
 *
 * @throws {OptionError} when it would be 4 GiB and more.
 */
export function minibatchFloats(dtype: DType, batchSize: number, width: number): Floats {
  const length = batchSize * width;
  if (length > MAX_NUMBERS) {
    const most = Math.floor(MAX_NUMBERS / width);
    throw new OptionError(
      `examples batchSize: expected at most ${most} examples of ${width} numbers, got ${batchSize}; make it smaller`,
    );
  }
  return dtype === 'float32' ? new Float32Array(length) : new Float64Array(length);
}

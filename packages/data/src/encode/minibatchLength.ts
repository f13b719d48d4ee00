import { OptionError } from '@fluxion/tensor';

/**
 * How many numbers a minibatch of examples of `width` numbers has.
 *
 * @throws {OptionError} when they are more than `most`.
 */
export function minibatchLength(batchSize: number, width: number, most: number): number {
  const length = batchSize * width;
  if (length > most) {
    throw new OptionError(
      `examples batchSize: expected at most ${Math.floor(most / width)} examples of ${width} numbers, got ${batchSize}; make it smaller`,
    );
  }
  return length;
}

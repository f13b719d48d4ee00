import { OptionError } from '@fluxion/tensor';

/** @throws {OptionError} when ε is not a positive number that float32 can hold. */
export function expectEpsilon(epsilon: number, where: string): void {
  if (!(epsilon >= 2 ** -126 && Number.isFinite(epsilon))) {
    throw new OptionError(`${where} epsilon: expected a positive number, got ${epsilon}; give one, as 1e-5`);
  }
}

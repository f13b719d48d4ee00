import { OptionError } from '@fluxion/tensor';

/**
 * Refuses an option that is not a whole number from `least` on. Descriptions come from JSON too, past the factories.
 *
 * @param where box and option: `linear units`
 * @throws {OptionError} `conv2d stride: expected a whole number from 1, got 0; give such a number`
 */
export function expectWhole(value: number, where: string, least = 1): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  const got = typeof value === 'string' ? `'${value}'` : value;
  throw new OptionError(`${where}: expected a whole number from ${least}, got ${got}; give such a number`);
}

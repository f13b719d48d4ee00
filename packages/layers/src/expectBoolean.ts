import { OptionError } from '@fluxion/tensor';

/**
 * Refuses an option that is neither true nor false. Descriptions come from JSON too, past the factories.
 *
 * @param where box and option: `linear bias`
 * @throws {OptionError} `linear bias: expected true or false, got 0; leave it out for true`
 */
export function expectBoolean(value: boolean, where: string, byDefault = true): void {
  if (typeof value === 'boolean') return;
  throw new OptionError(`${where}: expected true or false, got ${value}; leave it out for ${byDefault}`);
}

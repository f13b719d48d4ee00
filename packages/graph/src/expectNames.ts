import { OptionError } from '@fluxion/tensor';

/**
 * Refuses names that mean nothing: a mistyped option would otherwise be passed over in silence.
 *
 * @param given options by name
 * @throws {OptionError} `where: expected name, frozen or units, got 'unit'; mend the name`
 */
export function expectNames(where: string, given: object, names: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new OptionError(
    `${where}: expected ${names.length === 0 ? 'no options' : names.join(', ')}, got '${unknown}'; mend the name, or leave it out`,
  );
}

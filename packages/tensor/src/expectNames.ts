import { closest } from './closest.js';
import { OptionError } from './errors.js';

/**
 * Refuses names that mean nothing: a mistyped option would otherwise be passed over in silence.
 *
 * @param given options by name
 * @throws {OptionError} when they are no object; `where: expected name, frozen or units, got 'unit'; did you mean 'units'?`
 */
export function expectNames(where: string, given: object, names: readonly string[]): void {
  if (typeof given !== 'object' || given === null) {
    throw new OptionError(`${where}: expected an object of options, got ${String(given)}; ${example(names)}`);
  }
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const near = closest(unknown, names);
  const fix = near === undefined ? 'correct the name, or leave it out' : `did you mean '${near}'?`;
  throw new OptionError(
    `${where}: expected ${names.length === 0 ? 'no options' : names.join(', ')}, got '${unknown}'; ${fix}`,
  );
}

function example([first]: readonly string[]): string {
  return first === undefined ? 'leave it out' : `give one, as { ${first}: … }`;
}

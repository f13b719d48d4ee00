import { OptionError } from './errors.js';

/**
 * Refuses what is no object of a kind, by the parts that those of the kind have.
 *
 * @param what the kind, as `a model`
 * @param fix what the caller can do about it, as `give one, as csvFile('people.csv')`
 * @returns the object
 * @throws {OptionError} `fitEncoder source: expected a source, got 'people.csv'; give one, as csvFile('people.csv')`
 */
export function expectObject<T>(
  where: string,
  value: T,
  what: string,
  parts: readonly string[],
  fix: string,
): T {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  const missing = isObject ? parts.find((part) => !(part in value)) : undefined;
  if (isObject && missing === undefined) return value;
  const got = isObject ? `an object without ${missing}` : shown(value);
  throw new OptionError(`${where}: expected ${what}, got ${got}; ${fix}`);
}

/** Characters of a text that a message quotes. */
const QUOTED = 40;

function shown(value: unknown): string {
  if (value === undefined) return 'none';
  return typeof value === 'string' ? `'${value.slice(0, QUOTED)}'` : String(value);
}

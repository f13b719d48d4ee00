import { OptionError } from './errors.js';

/**
 * What a kernel is asked to compute by: an entry of a table by its name, or one that is given itself.
 *
 * @throws {OptionError} when there is none of that name.
 */
export function find<Name extends string, T extends object>(
  what: string,
  table: Readonly<Record<Name, T>>,
  wanted: Name | T,
): { readonly name: Name | undefined; readonly found: T } {
  const names = Object.keys(table) as Name[];
  if (typeof wanted === 'object')
    return { name: names.find((name) => table[name] === wanted), found: wanted };
  const found = table[wanted];
  if (found === undefined) {
    throw new OptionError(
      `${what}: expected one of ${names.join(', ')}, got '${wanted}'; name one of these, or give one of your own`,
    );
  }
  return { name: wanted, found };
}

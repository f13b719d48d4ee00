import { closest } from '@fluxion/tensor';
import type { Schema } from 'apache-arrow';
import { UsageError } from '../usageError.js';

/** A message lists so many names and counts the others. */
const LISTED = 20;

/**
 * Refuses names of columns that a table has not.
 *
 * @param given what options of the command name, by option
 * @throws {UsageError} naming the option.
 */
export function expectNamed(
  { fields }: Schema,
  file: string,
  given: Readonly<Record<string, readonly string[] | undefined>>,
): void {
  const names = fields.map(({ name }) => name);
  for (const [option, columns = []] of Object.entries(given)) {
    const unknown = columns.find((column) => !names.includes(column));
    if (unknown === undefined) continue;
    const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : '';
    const near = closest(unknown, names);
    throw new UsageError(
      `${option}: expected a column of ${file}, ${names.slice(0, LISTED).join(', ')}${more}, got ${unknown}${near === undefined ? '' : `; did you mean ${near}?`}`,
    );
  }
}

import { OptionError } from '@fluxion/tensor';
import type { ColumnSelection } from './columnOptions.js';

/** The columns of one input or target. */
export interface NamedColumns {
  readonly name: string;
  readonly columns: readonly string[];
}

/**
 * Writes out a selection: always by name, always a list.
 *
 * @throws {OptionError} when it selects nothing.
 */
export function columnSelection(
  option: 'input' | 'target',
  selection: ColumnSelection | undefined,
): NamedColumns[] {
  if (selection === undefined) return [];
  const named = isNamed(selection) ? Object.entries(selection) : ([[option, selection]] as const);
  const groups = named.map(([name, columns]) => ({
    name,
    columns: typeof columns === 'string' ? [columns] : [...columns],
  }));
  if (groups.length === 0 || groups.some(({ columns }) => columns.length === 0)) {
    throw new OptionError(`examples ${option}: expected at least one column, got none; name a column`);
  }
  return groups;
}

function isNamed(
  selection: ColumnSelection,
): selection is Readonly<Record<string, string | readonly string[]>> {
  return typeof selection === 'object' && !Array.isArray(selection);
}

import { RowError } from './rowError.js';

/** Most columns of a table. */
export const MAX_COLUMNS = 100_000;

/** Longest name of a column. */
const MAX_NAME = 1000;

/**
 * Checks the names of columns.
 *
 * @throws {RowError} when one is missing, too long or comes twice, or there are too many.
 */
export function checkNames(names: readonly string[]): void {
  if (names.length > MAX_COLUMNS) throw tooManyColumns(0, 0);
  const seen = new Map<string, number>();
  for (const [i, name] of names.entries()) {
    const before = seen.get(name);
    if (name === '') {
      throw new RowError(
        `expected a name for each column, got none for column ${i + 1}; name it in the first line`,
        0,
        0,
      );
    }
    if (before !== undefined) {
      throw new RowError(
        `expected names that differ, got '${name}' for columns ${before + 1} and ${i + 1}; rename one`,
        0,
        0,
      );
    }
    if (name.length > MAX_NAME) {
      throw new RowError(
        `expected names of at most ${MAX_NAME} letters, got ${name.length} for column ${i + 1}; check that the file is text`,
        0,
        0,
      );
    }
    seen.set(name, i);
  }
}

/** Names as a table has them, and those that had to be changed, in words; undefined where none had to. */
export interface FileNames {
  readonly names: readonly string[];
  readonly changed: string | undefined;
}

/**
 * Names that differ, of those of a file: the second `a` becomes `a.1`, as in pandas, and a column without a name is called by its
 * place, as `column3`.
 */
export function fileNames(given: readonly string[]): FileNames {
  const taken = new Set(given);
  const seen = new Set<string>();
  /** How often each name has come again. */
  const counts = new Map<string, number>();
  const changes: string[] = [];
  const another = (name: string): string => {
    for (;;) {
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      const own = `${name}.${count}`;
      if (!taken.has(own)) return own;
    }
  };
  const names = given.map((name, i) => {
    if (name !== '' && !seen.has(name)) {
      seen.add(name);
      return name;
    }
    const place = `column${i + 1}`;
    const own = name === '' && !taken.has(place) ? place : another(name || place);
    taken.add(own);
    // Tables with a column that numbers the rows often have no name for it.
    if (name !== '' || i > 0) {
      changes.push(
        `${name === '' ? `column ${i + 1} has no name` : `'${name}' comes again`} and is called '${own}'`,
      );
    }
    return own;
  });
  return { names, changed: listed(changes) };
}

function listed(changes: readonly string[]): string | undefined {
  if (changes.length === 0) return undefined;
  const more = changes.length > LISTED ? `; so are ${changes.length - LISTED} more` : '';
  return changes.slice(0, LISTED).join('; ') + more;
}

/** Names that are told one by one. */
const LISTED = 5;

export function tooManyColumns(position: number, row: number): RowError {
  return new RowError(
    `expected at most ${MAX_COLUMNS} columns, got more; look for a line that does not end, or join columns to lists`,
    position,
    row,
  );
}

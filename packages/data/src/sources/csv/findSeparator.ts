import { RowError } from '../text/rowError.js';
import { CsvRows } from './csvRows.js';

const COMMA = 0x2c;

/** Comma first: of two that fit equally well it is the likelier one. */
const SEPARATORS = [...',;\t|'].map((separator) => separator.charCodeAt(0));

/** Rows that are tried. */
const TRIED = 100;

/**
 * Finds the separator of a text by its first rows: the one that cuts most of them into the same number of cells, two at
 * least; of several the one that gives more cells; a comma where none does.
 */
export function findSeparator(text: Uint8Array, isWhole: boolean): number {
  const fits = SEPARATORS.map((separator) => {
    const rows = new CsvRows(separator);
    return { separator, found: countRows(rows, text, isWhole), columns: rows.columns };
  });
  const [best] = fits
    .filter(({ columns }) => columns > 1)
    .sort((a, b) => b.found - a.found || b.columns - a.columns);
  return best?.separator ?? COMMA;
}

/** How many rows there are before one that breaks the rules. */
function countRows(rows: CsvRows, text: Uint8Array, isWhole: boolean): number {
  try {
    return rows.find(text, 0, text.length, isWhole, TRIED);
  } catch (error) {
    if (error instanceof RowError) return error.row;
    throw error;
  }
}

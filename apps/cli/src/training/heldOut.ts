import { existsSync } from 'node:fs';
import { holdOut, type RowFilter } from '@fluxion/data';
import { UsageError } from '../usageError.js';

/** What a model is validated on: a share of the rows, held out of training; a table of its own; or nothing. */
export type Validation = { readonly share: number } | { readonly file: string } | 'none';

/** The share that is held out unless told otherwise. */
export const DEFAULT_VALIDATION: Validation = { share: 0.1 };

/**
 * What `--validation` says.
 *
 * @throws {UsageError} when it is none of the three.
 */
export function parseValidation(text: string): Validation {
  if (text === 'none') return text;
  const share = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isNaN(share) || existsSync(text)) return { file: text };
  if (share > 0 && share < 1) return { share };
  throw new UsageError(`--validation: expected a share between 0 and 1, a file, or none, got '${text}'`);
}

/** The rows that are trained on and those that are held out; all are trained on where none is. */
export interface HeldOut {
  readonly training?: RowFilter;
  readonly validation?: RowFilter;
  readonly trainingRows: number | undefined;
  readonly validationRows: number | undefined;
}

/**
 * Splits rows by a hash of their numbers.
 *
 * @param rows how many there are, where that is known; none is held out of so few that either side would have none
 */
export function holdOutRows(validation: Validation, rows: number | undefined): HeldOut {
  if (validation === 'none' || 'file' in validation) return { trainingRows: rows, validationRows: undefined };
  const split = holdOut(validation.share);
  if (rows === undefined) return { ...split, trainingRows: undefined, validationRows: undefined };
  let validationRows = 0;
  for (let row = 0; row < rows; row++) if (split.validation(row)) validationRows++;
  const trainingRows = rows - validationRows;
  if (validationRows === 0 || trainingRows === 0) return { trainingRows: rows, validationRows: undefined };
  return { ...split, trainingRows, validationRows };
}

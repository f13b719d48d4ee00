import type { Encoder, MixedColumn } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import type { NonFinitePredictionError } from '@fluxion/metrics';
import type { DivergenceError } from '@fluxion/pipeline';
import { DataError, StateError } from '@fluxion/tensor';
import { formatCount, formatSignificant } from '@fluxion/terminal';
import type { FoundColumns } from '../columns/findColumns.js';
import type { HeldOut, Validation } from '../training/heldOut.js';
import type { Baseline } from './baseline.js';

const FIX = 'try a smaller --learning-rate, or inputs of a smaller scale';

/**
 * The error that ends training which leads nowhere.
 *
 * @param example how many of the epoch have been met
 */
export function diverged(
  { epoch, example }: { readonly epoch: number; readonly example: number },
  cause: DivergenceError | NonFinitePredictionError,
): StateError {
  const { prediction } = cause;
  const got =
    prediction === undefined && 'loss' in cause ? `loss, got ${cause.loss}` : `prediction, got ${prediction}`;
  return new StateError(
    `training diverged at example ${example} of epoch ${epoch}: expected a finite ${got}; ${FIX}`,
    { cause },
  );
}

/**
 * Refuses parameters that are no finite numbers, which the last steps of an epoch may have left without a loss to show it.
 *
 * @throws {StateError} naming the parameter.
 */
export function expectFinite(model: FlowGraph, epoch: number): void {
  for (const { name, value } of model.parameters) {
    const wrong = value.data.find((number) => !Number.isFinite(number));
    if (wrong !== undefined) {
      throw new StateError(
        `training diverged in epoch ${epoch}: expected finite numbers in ${name}, got ${wrong}; ${FIX}`,
      );
    }
  }
}

/** A mean over few examples may be so much above that over all, by chance. */
const CHANCE = 1.1;

/** What to say of a loss above that before the first update; undefined where there is nothing to say. */
export function riseWarning(before: number, after: number | undefined): string | undefined {
  if (after === undefined || !(after > CHANCE * before)) return undefined;
  return `training diverges: the loss has risen from ${formatSignificant(before)} to ${formatSignificant(after)}; ${FIX}`;
}

/**
 * What to say of a model that is no better than to answer every row alike, as far as the examples tell: what its loss is below
 * that of the baseline has to be more than the standard error of this difference. Undefined where it is better.
 */
export function resultWarning({ figures, rule, gain }: Baseline): string | undefined {
  if (gain.mean > gain.standardError) return undefined;
  return `this is no result: no better than the baseline, ${rule} (loss ${formatSignificant(figures.loss, 4)}); try more --epochs, another --learning-rate, or columns that tell more of the target`;
}

/** Rows that are too few to judge a model by: a mistake more or less is ten points. */
const FEW = 10;

/** What to say of a table so small that a share of it tells little of a model, or nothing. */
export function sizeWarnings(
  validation: Validation,
  { trainingRows, validationRows = 0 }: Pick<HeldOut, 'trainingRows' | 'validationRows'>,
): readonly string[] {
  if (validation === 'none' || 'file' in validation || trainingRows === undefined) return [];
  if (validationRows >= FEW) return [];
  const rows = trainingRows + validationRows;
  const fix = 'give more rows, or a file by --validation';
  return validationRows === 0
    ? [`${counted(rows)} too few to hold any out, so nothing tells how good the model is; ${fix}`]
    : [`${counted(validationRows)} held out, which is too few to tell how good the model is; ${fix}`];
}

function counted(rows: number): string {
  return rows === 1 ? '1 row is' : `${rows} rows are`;
}

/** What to say of columns whose cells are so far from 0 that they train badly: once encoded, or as they are. */
export function inputWarnings(encoder: Encoder | undefined, far: Iterable<string>): readonly string[] {
  const encoded = [...(encoder?.extremes ?? new Map<string, number>()).keys()].map(
    (column) =>
      `column ${column} has cells beyond ±100 once encoded, which train badly; look for wrong values, or take its logarithm`,
  );
  const taken = [...far].map(
    (column) =>
      `column ${column} has numbers beyond ±100, which the model takes as they are and which train badly; scale them, or let an encoder do it: leave --model out`,
  );
  return [...encoded, ...taken];
}

/** What to say of columns of numbers that a few cells make columns of words. */
export function mixedWarnings(mixed: readonly MixedColumn[]): readonly string[] {
  return mixed.map(({ column, words, cells, cell, place }) => {
    const quoted = `'${cell.slice(0, QUOTED)}'`;
    const [found, them] =
      words === 1
        ? [`cells is no number (${quoted})`, 'it']
        : [`cells are no numbers (the first ${quoted})`, 'them'];
    const reason = `${formatCount(words)} of ${formatCount(cells)} ${found}, so the column is taken for words; correct ${them}, or leave such rows out of CSV by --numbers ${column} --on-bad-row skip`;
    return new DataError(reason, { ...place, column }).message;
  });
}

/** Characters of a cell that a message quotes. */
const QUOTED = 40;

/** More classes than these are counted, not named. */
const NAMED = 10;

/** What may well be wrong with the columns that a model is to be trained on, in words. */
export function columnWarnings({ inputs, target, emptyClasses }: FoundColumns): readonly string[] {
  const given = Object.values(inputs).flatMap(({ columns }) => columns);
  const shown = target.columns.filter((column) => given.includes(column));
  const warnings: string[] = [];
  // A model that is to give back all that it is given is meant so.
  if (shown.length > 0 && given.some((column) => !target.columns.includes(column))) {
    warnings.push(
      `the target ${shown.join(', ')} is among the inputs: the model is given what it is to predict`,
    );
  }
  if (emptyClasses.length > 0) {
    const which =
      emptyClasses.length > NAMED ? `${emptyClasses.length} classes` : `class ${emptyClasses.join(', ')}`;
    warnings.push(`no example of ${target.columns.join(', ')} is of ${which}`);
  }
  return warnings;
}

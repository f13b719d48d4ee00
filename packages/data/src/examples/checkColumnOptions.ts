import { OptionError } from '@fluxion/tensor';
import type { ColumnOptions, PerName } from '../encode/columnOptions.js';
import { checkOptionNames } from './checkOptionNames.js';

/** Labels are 32-bit integers. */
const MAX_CLASSES = 2 ** 31;

/** @throws {OptionError} on a name that no option has, or a value of `classes` or `scale` that cannot be used. */
export function checkColumnOptions(options: ColumnOptions): void {
  checkOptionNames(options);
  const { classes, scale } = options;
  for (const value of numbersOf(classes)) {
    if (!Number.isInteger(value) || value < 1 || value > MAX_CLASSES) {
      throw new OptionError(
        `examples classes: expected a whole number from 1 to ${MAX_CLASSES}, got ${value}; give such a number`,
      );
    }
  }
  for (const value of numbersOf(scale)) {
    if (!Number.isFinite(value)) {
      throw new OptionError(`examples scale: expected a finite number, got ${value}; give such a number`);
    }
  }
}

function numbersOf(option: PerName<number> | undefined): number[] {
  if (option === undefined) return [];
  return typeof option === 'number' ? [option] : Object.values(option);
}

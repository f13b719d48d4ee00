import { OptionError } from '@fluxion/tensor';
import type { ColumnOptions, PerName } from './examples.js';

/** @throws {OptionError} when `classes` or `scale` has a value that cannot be used. */
export function checkColumnOptions({ classes, scale }: ColumnOptions): void {
  for (const value of numbersOf(classes)) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new OptionError(
        `examples classes: expected a whole number from 1 on, got ${value}; give such a number`,
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

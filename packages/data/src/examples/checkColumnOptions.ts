import { OptionError } from '@fluxion/tensor';
import { Encoder } from '../encode/encoder/encoder.js';
import type { ColumnOptions, PerName } from '../encode/raw/columnOptions.js';
import { checkOptionNames } from './checkOptionNames.js';
import type { EncodedOptions } from './examples.js';

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

/** @throws {OptionError} on a name that no option has, an encoder that is none, or columns beside it. */
export function checkEncodedOptions(options: EncodedOptions): void {
  checkOptionNames(options);
  if (!(options.encoder instanceof Encoder)) {
    throw new OptionError(
      `examples encoder: expected an encoder, got ${typeof options.encoder}; give one, as fitEncoder makes it`,
    );
  }
  const beside = ['input', 'target', 'targetKind', 'labelNames', 'classes', 'scale'].find((name) =>
    Object.hasOwn(options, name),
  );
  if (beside !== undefined) {
    throw new OptionError(
      `examples ${beside}: expected none beside an encoder, which knows the columns, got one; leave out one of the two`,
    );
  }
}

function numbersOf(option: PerName<number> | undefined): number[] {
  if (option === undefined) return [];
  return typeof option === 'number' ? [option] : Object.values(option);
}

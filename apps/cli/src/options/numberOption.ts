import { Option } from 'commander';
import { UsageError } from '../usageError.js';

/** What a number must be, and how an error says it. */
export interface NumberRule {
  readonly expected: string;
  accepts(value: number): boolean;
}

export const positive: NumberRule = {
  expected: 'a positive number',
  accepts: (value) => value > 0 && Number.isFinite(value),
};

export const zeroOrMore: NumberRule = {
  expected: 'a number from 0',
  accepts: (value) => value >= 0 && Number.isFinite(value),
};

export const belowOne: NumberRule = {
  expected: 'a number from 0 to below 1',
  accepts: (value) => value >= 0 && value < 1,
};

export const positiveInteger: NumberRule = {
  expected: 'a positive integer',
  accepts: (value) => Number.isSafeInteger(value) && value > 0,
};

export const integerFromZero: NumberRule = {
  expected: 'an integer from 0',
  accepts: (value) => Number.isSafeInteger(value) && value >= 0,
};

export const seed: NumberRule = {
  expected: 'an integer from 0 to 4294967295',
  accepts: (value) => Number.isInteger(value) && value >= 0 && value < 2 ** 32,
};

/**
 * An option that takes a number.
 *
 * @throws {UsageError} when it is parsed and the text is not such a number.
 */
export function numberOption(flags: string, description: string, rule: NumberRule): Option {
  return new Option(flags, description).argParser((text) => parseNumber(text, flags, rule));
}

/** @throws {UsageError} when the text is not such a number. */
export function parseNumber(text: string, where: string, rule: NumberRule): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!rule.accepts(value)) throw new UsageError(`${where}: expected ${rule.expected}, got '${text}'`);
  return value;
}

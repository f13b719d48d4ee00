import { expectNames, OptionError } from '@fluxion/tensor';

/** What an option of a schedule may be, in words and as a test. */
interface Rule {
  readonly words: string;
  readonly example: string;
  accepts(value: number): boolean;
}

/** α > 0. */
export const rate: Rule = {
  words: 'a positive number',
  example: '0.01',
  accepts: (value) => value > 0 && Number.isFinite(value),
};

/** A rate that may be 0. */
export const leastRate: Rule = {
  words: 'a number from 0',
  example: '1e-5',
  accepts: (value) => value >= 0 && Number.isFinite(value),
};

/** How many updates, or how often something has to happen. */
export const count: Rule = {
  words: 'a positive integer',
  example: '1000',
  accepts: (value) => Number.isSafeInteger(value) && value > 0,
};

/** A count of what has a beginning and an end. */
export const countAboveOne: Rule = {
  words: 'an integer above 1',
  example: '1000',
  accepts: (value) => Number.isSafeInteger(value) && value > 1,
};

/** A count that may be 0. */
export const countFromZero: Rule = {
  words: 'a whole number from 0',
  example: '5',
  accepts: (value) => Number.isSafeInteger(value) && value >= 0,
};

/** In (0, 1). */
export const share: Rule = {
  words: 'a number in (0, 1)',
  example: '0.1',
  accepts: (value) => value > 0 && value < 1,
};

/** In [0, 1). */
export const shareFromZero: Rule = {
  words: 'a number in [0, 1)',
  example: '0.1',
  accepts: (value) => value >= 0 && value < 1,
};

/** 1 or more. */
export const divisor: Rule = {
  words: 'a number from 1',
  example: '25',
  accepts: (value) => value >= 1 && Number.isFinite(value),
};

/**
 * Checks the options of a schedule, each by its rule.
 *
 * @throws {OptionError} `cosineDecay updates: expected a positive integer, got 0; give one, as 1000`
 */
export function expectOptions(
  where: string,
  options: object,
  rules: Readonly<Record<string, readonly [value: unknown, rule: Rule]>>,
): void {
  expectNames(where, options, Object.keys(rules));
  for (const [name, [value, { words, example, accepts }]] of Object.entries(rules)) {
    if (typeof value !== 'number' || !accepts(value)) {
      throw new OptionError(`${where} ${name}: expected ${words}, got ${value}; give one, as ${example}`);
    }
  }
}

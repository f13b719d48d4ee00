import { OptionError } from './errors.js';
import { expectNames } from './expectNames.js';
import type { DType } from './tensor.js';

/** A number that a function or an update rule takes by name. */
export interface NumberOption {
  /** What it is unless given. */
  readonly default: number;
  /** What it may be, in words: `a positive number`. */
  readonly expected: string;
  accepts(value: number): boolean;
  /** The least that float32 needs where it is smaller than what `accepts` allows. */
  readonly leastInFloat32?: number;
}

/** Numbers by name. */
export type Numbers = Readonly<Record<string, number>>;

/** Above 0 and finite. */
export function positive(byDefault: number): NumberOption {
  return {
    default: byDefault,
    expected: 'a positive number',
    accepts: (value) => value > 0 && Number.isFinite(value),
  };
}

/** From 0, and finite. */
export function nonnegative(byDefault: number): NumberOption {
  return {
    default: byDefault,
    expected: 'a number from 0',
    accepts: (value) => value >= 0 && Number.isFinite(value),
  };
}

/** From 0 to below 1: a share, or the rate at which a mean forgets. */
export function fraction(byDefault: number): NumberOption {
  return { default: byDefault, expected: 'a number in [0, 1)', accepts: (value) => value >= 0 && value < 1 };
}

/** Any number but NaN. */
export function anyNumber(byDefault: number): NumberOption {
  return { default: byDefault, expected: 'a number', accepts: (value) => !Number.isNaN(value) };
}

/**
 * ε in a denominator √v + ε, where v is a mean of squares. In float32 a square below 2⁻¹²⁶ is lost, so an ε that could
 * tell such a v from 0 would divide by far too little: it has to be at least 2⁻⁵⁴.
 */
export function epsilonBesideRoot(byDefault: number): NumberOption {
  return { ...positive(byDefault), leastInFloat32: 2 ** -54 };
}

/** ε beside a square under the root: in float32 it has to be a normal number. */
export function epsilonInsideRoot(byDefault: number): NumberOption {
  return { ...positive(byDefault), leastInFloat32: 2 ** -126 };
}

/**
 * The options with their defaults.
 *
 * @param where whose they are, for errors
 * @throws {OptionError} on a name that is none of theirs, or a value that one of them does not accept.
 */
export function numbersOf(
  where: string,
  options: Readonly<Record<string, NumberOption>>,
  given: Readonly<Record<string, number | undefined>>,
  dtype: DType = 'float64',
): Numbers {
  expectNames(where, given, Object.keys(options));
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => {
      const value = given[name] ?? option.default;
      if (typeof value !== 'number' || !option.accepts(value)) {
        throw new OptionError(
          `${where} ${name}: expected ${option.expected}, got ${value}; give one, as ${option.default}`,
        );
      }
      const least = (dtype === 'float32' && option.leastInFloat32) || Number.NEGATIVE_INFINITY;
      if (value < least) {
        throw new OptionError(
          `${where} ${name}: expected at least ${least.toPrecision(2)} in float32, got ${value}; give a larger one, as ${option.default}`,
        );
      }
      return [name, value];
    }),
  );
}

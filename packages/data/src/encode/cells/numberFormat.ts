import { losesDigits } from '../../sources/text/losesDigits.js';

/** How numbers are written in text. */
export interface NumberFormat {
  /** What stands before the fraction: of `.`, thousands may be set apart by `,`, and the other way round. Default `.`. */
  readonly decimal?: '.' | ',';
  /** What may stand before a number, as `$`. */
  readonly prefix?: string;
  /** What may stand after a number, as `%` or `km`. */
  readonly suffix?: string;
}

/** What may stand before a number: a sign of a currency or its usual letters. Other letters make a name, as S12 is one. */
const PREFIX = /^(|\p{Sc}|[A-Z]{1,2}\p{Sc}|[A-Z]{3}|Rs\.?|kr\.?)$/u;
/** What may stand after a number: a few letters or signs, as a unit is written, m2 too. More are words. */
const SUFFIX = /^(?![-/:])\D{0,8}[23]?$/;

/** Thousands are also set apart by spaces and apostrophes. */
const FORMS = {
  '.': /^(\d{1,3}(?:([,'\u2019 \u00a0\u202f])\d{3})(?:\2\d{3})*|\d+)?(?:\.(\d*))?$/,
  ',': /^(\d{1,3}(?:([.'\u2019 \u00a0\u202f])\d{3})(?:\2\d{3})*|\d+)?(?:,(\d*))?$/,
} as const;

/** The number that a text says in the way of programs, as -1.5e3; NaN where it says none. */
export function plainNumber(text: string): number {
  const trimmed = text.trim();
  // Number('') is 0, and Number('0x10') 16.
  return /^[+-]?(\d|\.\d|Infinity)/.test(trimmed) && !/^[+-]?0[xXbBoO]/.test(trimmed)
    ? Number(trimmed)
    : Number.NaN;
}

/** A number with what stands before and after it. */
const PARTS = /^([^\d.,]*)([.,]?\d[\d.,'\u2019 \u00a0\u202f]*)(.*)$/s;

/** What people write for a number that they have not. */
const MISSING = /^(-{1,3}|[\u2013\u2014.]|none|unknown|missing|n\.a\.|#n\/a|tbd)$/i;

/** Whether a text stands for a number that is missing. */
export function isMissing(text: string): boolean {
  const trimmed = text.trim();
  return trimmed === '' || MISSING.test(trimmed);
}

/**
 * The number that a text says, whose fraction stands after `decimal`, with what stands before and after it; undefined where
 * it says none. Taken are signs before and after the prefix, and parentheses around what is negative.
 */
export function writtenNumber(
  text: string,
  decimal: '.' | ',',
): { readonly value: number; readonly prefix: string; readonly suffix: string } | undefined {
  const trimmed = text.trim();
  const isNegative = trimmed.startsWith('(') && trimmed.endsWith(')');
  const [, before, digits, after] = PARTS.exec(isNegative ? trimmed.slice(1, -1) : trimmed) ?? [];
  if (before === undefined || digits === undefined || after === undefined) return undefined;
  if (isCode(digits.trim())) return undefined;
  const signs = before.match(/[+\-\u2212]/g) ?? [];
  const form = FORMS[decimal].exec(digits.trim());
  if (form === null || signs.length > 1 || (isNegative && signs.length > 0)) return undefined;
  const [, whole = '', , fraction = ''] = form;
  const size = Number(`${whole.replace(/\D/g, '')}.${fraction}0`);
  const isBelow = isNegative || (signs.length > 0 && signs[0] !== '+');
  const prefix = before.replace(/[+\-\u2212]/, '').trim();
  const suffix = after.trim();
  if (!PREFIX.test(prefix) || !SUFFIX.test(suffix)) return undefined;
  return { value: isBelow ? -size : size, prefix, suffix };
}

/** Whether a text of digits is a code and no number: a zip code, or an identifier of more digits than a number holds. */
function isCode(text: string): boolean {
  return /^[+-]?0\d/.test(text) || losesDigits(text);
}

/** The number that a text in this format says; NaN where it says none. What stands before and after it may be missing. */
export function formattedNumber(text: string, { decimal = '.', prefix, suffix }: NumberFormat): number {
  const plain = decimal === '.' ? plainNumber(text) : Number.NaN;
  if (!Number.isNaN(plain)) return plain;
  const found = writtenNumber(text, decimal);
  const fits =
    found !== undefined &&
    (found.prefix === '' || found.prefix === prefix) &&
    (found.suffix === '' || found.suffix === suffix);
  return fits ? found.value : Number.NaN;
}

/** What a search has found in the texts so far. */
export interface FormatTally {
  readonly isPlain: boolean;
  readonly prefix: string;
  readonly suffix: string;
}

/** Finds the format of the numbers in a column by its texts, which must all be of one. */
export class FormatSearch {
  #isPlain = true;
  #prefix = '';
  #suffix = '';
  readonly decimal: '.' | ',';

  constructor(decimal: '.' | ',') {
    this.decimal = decimal;
  }

  /** The number that the next text says; undefined where it says none, or in another format than those before. */
  see(text: string): number | undefined {
    const plain = this.decimal === '.' && !isCode(text.trim()) ? plainNumber(text) : Number.NaN;
    if (Number.isFinite(plain)) return plain;
    this.#isPlain = false;
    const found = writtenNumber(text, this.decimal);
    if (found === undefined) return undefined;
    if (this.#prefix === '') this.#prefix = found.prefix;
    if (this.#suffix === '') this.#suffix = found.suffix;
    const isSame =
      (found.prefix === '' || found.prefix === this.#prefix) &&
      (found.suffix === '' || found.suffix === this.#suffix);
    return isSame ? found.value : undefined;
  }

  tally(): FormatTally {
    return { isPlain: this.#isPlain, prefix: this.#prefix, suffix: this.#suffix };
  }

  /** Counts in the texts of another search for the same decimal sign, and answers whether they are in the same format. */
  merge({ isPlain, prefix, suffix }: FormatTally): boolean {
    this.#isPlain &&= isPlain;
    this.#prefix ||= prefix;
    this.#suffix ||= suffix;
    return (prefix === '' || prefix === this.#prefix) && (suffix === '' || suffix === this.#suffix);
  }

  /** Undefined where they are plain. */
  get format(): NumberFormat | undefined {
    if (this.#isPlain) return undefined;
    return {
      ...(this.decimal === ',' && { decimal: ',' }),
      ...(this.#prefix !== '' && { prefix: this.#prefix }),
      ...(this.#suffix !== '' && { suffix: this.#suffix }),
    };
  }
}

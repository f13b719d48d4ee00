import { losesDigits } from '../text/losesDigits.js';

/** So many digits may be more than a number holds. */
const LONG = /\d{16}/;
/** Texts, and whole numbers of so many digits that are neither fraction nor exponent. */
const TOKENS = /"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g;

/**
 * What JSON says. A whole number that a float64 would round is a BigInt, but in a list, which is one of floats.
 *
 * @throws {SyntaxError} when it is no JSON.
 */
export function parseExactly(json: string): unknown {
  const value: unknown = JSON.parse(json);
  if (!LONG.test(json)) return value;
  // `JSON.parse` tells a reviver the source of a number from Node 21 on only.
  const mark = unusedMark(json);
  let isMarked = false;
  const marked = json.replace(TOKENS, (token) => {
    if (!losesDigits(token)) return token;
    isMarked = true;
    return `"${mark}${token}"`;
  });
  if (!isMarked) return value;
  return JSON.parse(marked, function (this: unknown, _, value: unknown) {
    if (typeof value !== 'string' || !value.startsWith(mark)) return value;
    const digits = value.slice(mark.length);
    return Array.isArray(this) ? Number(digits) : BigInt(digits);
  });
}

/** A text that no text of the JSON begins with. */
function unusedMark(json: string): string {
  let mark = '#';
  while (json.includes(`"${mark}`)) mark += '#';
  return mark;
}

import { HttpError } from './httpError.js';

/** Levels of lists and objects in one another: rows have three. */
const MOST = 32;
const [QUOTE, BACKSLASH] = ['"', '\\'].map((letter) => letter.charCodeAt(0));
const OPENING = ['[', '{'].map((letter) => letter.charCodeAt(0));
const CLOSING = [']', '}'].map((letter) => letter.charCodeAt(0));

/**
 * Refuses JSON that is nested deeper than any row, before it is parsed: a megabyte of brackets takes a second.
 *
 * @throws {HttpError} 400.
 */
export function expectShallow(json: string): void {
  let depth = 0;
  for (let i = 0; i < json.length; i++) {
    const code = json.charCodeAt(i);
    if (code === QUOTE) i = endOfText(json, i);
    else if (OPENING.includes(code)) depth++;
    else if (CLOSING.includes(code)) depth--;
    if (depth > MOST) {
      throw new HttpError(400, `expected rows, got JSON nested more than ${MOST} deep; send plain rows`);
    }
  }
}

/** Where a text ends that begins here. */
function endOfText(json: string, start: number): number {
  let end = start + 1;
  while (end < json.length && json.charCodeAt(end) !== QUOTE)
    end += json.charCodeAt(end) === BACKSLASH ? 2 : 1;
  return end;
}

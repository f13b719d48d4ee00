import { CheckpointError } from '@fluxion/tensor';
import { JsonValue } from './jsonValue.js';

/**
 * Reads JSON that comes from anywhere. Stricter than `JSON.parse`: a key may stand only once in an object, because
 * readers disagree on which of two counts, and may not be `__proto__`, because copying it changes what an object is.
 *
 * @param file named in errors
 * @throws {CheckpointError} when the text is not such JSON.
 */
export function parseJson(text: string, file: string): JsonValue {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CheckpointError(
      `${file}: expected JSON, got something else (${(cause as Error).message}); correct it, or write the file anew`,
      { cause },
    );
  }
  checkKeys(text, file);
  return new JsonValue(value, file);
}

/** Walks the keys of text that is known to be JSON. */
function checkKeys(text: string, file: string): void {
  const open: Set<string>[] = [];
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '{') open.push(new Set());
    else if (character === '}') open.pop();
    else if (character === '"') {
      const end = endOfString(text, i);
      if (isKey(text, end)) checkKey(JSON.parse(text.slice(i, end)), open.at(-1) as Set<string>, file);
      i = end - 1;
    }
  }
}

function checkKey(key: string, seen: Set<string>, file: string): void {
  const problem = seen.has(key)
    ? 'each key once in an object'
    : key === '__proto__'
      ? 'plain keys'
      : undefined;
  if (problem !== undefined) {
    const got = `${JSON.stringify(key)}${seen.has(key) ? ' twice' : ''}`;
    throw new CheckpointError(
      `${file}: expected ${problem}, got ${got}; take it out, or write the file anew`,
    );
  }
  seen.add(key);
}

/** Index after the closing quote. A loop, for a regular expression overflows its stack on a long hostile string. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return i + 1;
}

/** In JSON a string is a key exactly where a colon follows it. */
function isKey(text: string, end: number): boolean {
  let i = end;
  while (i < text.length && ' \t\n\r'.includes(text[i] as string)) i++;
  return text[i] === ':';
}

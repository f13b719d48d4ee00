import { CheckpointError } from '@fluxion/tensor';
import { JsonValue } from './jsonValue.js';

/** Nothing that is saved nests deeper, nor comes near to as many values: a hostile file may not fill the memory. */
const MAX_DEPTH = 256;
const MAX_VALUES = 2_000_000;

/**
 * Reads JSON that comes from anywhere. Stricter than `JSON.parse`: a key may stand only once in an object, because
 * readers disagree on which of two counts, and may not be `__proto__`, because copying it changes what an object is; a
 * number may not be so large that it reads as infinite; depth and number of values are bounded.
 *
 * @param file named in errors
 * @throws {CheckpointError} when the text is not such JSON.
 */
export function parseJson(text: string, file: string): JsonValue {
  expectBounded(text, file);
  let value: ConstructorParameters<typeof JsonValue>[0];
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CheckpointError(
      `${file}: expected JSON, got something else (${(cause as Error).message}); correct it, or write the file again`,
      { cause },
    );
  }
  expectPlain(text, file);
  return new JsonValue(value, file);
}

/** Refuses text, JSON or not, that would take too much memory to parse. */
function expectBounded(text: string, file: string): void {
  let depth = 0;
  let values = 1;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '"') i = endOfString(text, i) - 1;
    else if (character === ',') values++;
    else if (character === '}' || character === ']') depth--;
    else if (character === '{' || character === '[') {
      depth++;
      values++;
    }
    if (depth > MAX_DEPTH) throw refuse(file, `JSON of at most ${MAX_DEPTH} levels`, 'more');
    if (values > MAX_VALUES) throw refuse(file, `JSON of at most ${MAX_VALUES} values`, 'more');
  }
}

const numberAt = /[-+.\deE]+/y;

/** Walks the keys and numbers of text that is known to be JSON. */
function expectPlain(text: string, file: string): void {
  const open: Set<string>[] = [];
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string;
    if (character === '{') open.push(new Set());
    else if (character === '}') open.pop();
    else if (character === '"') {
      const end = endOfString(text, i);
      if (isKey(text, end)) expectKey(JSON.parse(text.slice(i, end)), open.at(-1) as Set<string>, file);
      i = end - 1;
    } else if (character === '-' || (character >= '0' && character <= '9')) {
      numberAt.lastIndex = i;
      const [digits] = numberAt.exec(text) as RegExpExecArray;
      if (!Number.isFinite(Number(digits))) {
        throw refuse(
          file,
          'numbers of at most 1.8e308',
          digits.length > 30 ? `${digits.slice(0, 30)}…` : digits,
        );
      }
      i += digits.length - 1;
    }
  }
}

function expectKey(key: string, seen: Set<string>, file: string): void {
  if (seen.has(key)) throw refuse(file, 'each key once in an object', `${JSON.stringify(key)} twice`);
  if (key === '__proto__') throw refuse(file, 'plain keys', '"__proto__"');
  seen.add(key);
}

function refuse(file: string, expected: string, got: string): CheckpointError {
  return new CheckpointError(
    `${file}: expected ${expected}, got ${got}; take it out, or write the file again`,
  );
}

/** Index after the closing quote. A loop, for a regular expression overflows its stack on a long hostile string. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return i + 1;
}

/** In JSON a string is a key exactly where a colon follows it. */
function isKey(text: string, end: number): boolean {
  let i = end;
  while (i < text.length && ' \t\n\r'.includes(text[i] as string)) i++;
  return text[i] === ':';
}

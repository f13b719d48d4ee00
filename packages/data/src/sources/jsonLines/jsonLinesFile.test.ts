import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readColumns, readRows } from '../../../test/readColumns.js';
import { temporaryFolder } from '../../../test/temporaryFolder.js';
import { type JsonLinesOptions, jsonLinesFile } from './jsonLinesFile.js';

async function written(text: string | Uint8Array): Promise<string> {
  const path = join(await temporaryFolder(), 'a.jsonl');
  await writeFile(path, text);
  return path;
}

async function columnsOf(
  text: string | Uint8Array,
  options?: JsonLinesOptions,
): Promise<Record<string, unknown[]>> {
  return readColumns(jsonLinesFile(await written(text), options));
}

/** The message, without the folder. */
async function refusal(text: string | Uint8Array, options?: JsonLinesOptions): Promise<string> {
  const error = await columnsOf(text, options).then(
    () => new Error('nothing was refused'),
    (error: Error) => error,
  );
  return error.message.replace(/^.*\/a\.jsonl/, 'a.jsonl');
}

describe('jsonLinesFile', () => {
  it('keeps the digits of whole numbers that would be rounded, as words', async () => {
    const text = [
      '{"a":9007199254740993,"b":{"c":12},"d":"\\"9007199254740993","e":0.12345678901234567,"f":[9007199254740993]}',
      '{"a":-0.5,"b":{"c":-123456789012345678},"d":"#12345678901234567","e":1e+10,"f":[1]}',
    ].join('\n');
    expect(await columnsOf(text)).toEqual({
      a: ['9007199254740993', '-0.5'],
      'b.c': ['12', '-123456789012345678'],
      d: ['"9007199254740993', '#12345678901234567'],
      e: [Number('0.12345678901234567'), 1e10],
      f: [[2 ** 53], [1]],
    });
    const { a } = await columnsOf('{"a":9007199254740993}\n{"a":1}', { columns: { a: 'number' } });
    expect(a).toEqual([2 ** 53, 1]);
    expect(await refusal('{"a":9007199254740993}\n{"a":"b"}')).toContain(
      'expected a number as in other rows',
    );
  });

  it('reads numbers, booleans, dates, words and lists, and gaps in each', async () => {
    const text = [
      '{"n": 1.5, "b": true, "d": "2024-05-31", "w": "ü\\n", "l": [1, 2]}',
      '{"n": null, "b": null, "d": null, "w": null, "l": null}',
      '{}',
      '{"l": [3, -4e1], "w": "", "d": "2024-05-31T10:00:00+02:00", "b": false, "n": -0.1}',
    ].join('\n');
    expect(await columnsOf(text)).toEqual({
      n: [1.5, null, null, -0.1],
      b: [true, null, null, false],
      d: [Date.parse('2024-05-31'), null, null, Date.parse('2024-05-31T08:00:00Z')],
      w: ['ü\n', null, null, ''],
      l: [[1, 2], null, null, [3, -40]],
    });
  });

  it.each([
    [
      'objects in objects',
      '{"a":{"b":1,"c":{"d":"x"}}}\n{"a":{}}\n',
      { 'a.b': [1, null], 'a.c.d': ['x', null] },
    ],
    [
      'lists of any lengths',
      '{"a":[1]}\n{"a":[]}\n{"a":null}\n{"a":[2,3]}\n',
      { a: [[1], [], null, [2, 3]] },
    ],
    ['lists of words', '{"a":[]}\n{"a":["x","ü"]}\n', { a: [[], ['x', 'ü']] }],
    ['empty lists alone', '{"a":[]}\n', { a: [[]] }],
    ['CRLF, empty lines, a byte order mark', '\ufeff{"a":1}\r\n\r\n  \n{"a":2}', { a: [1, 2] }],
    ['columns that come late', '{"a":1}\n{"b":2}\n', { a: [1, null], b: [null, 2] }],
    ['columns of gaps', '{"a":null}\n', { a: [null] }],
    ['dates among words', '{"a":"2024-05-31"}\n{"a":"x"}\n', { a: ['2024-05-31', 'x'] }],
    [
      'names that objects have anyway',
      '{"__proto__":1,"constructor":2}\n{"toString":3}\n',
      JSON.parse('{"__proto__":[1,null],"constructor":[2,null],"toString":[null,3]}'),
    ],
  ])('reads %s', async (_, text, columns) => {
    expect(await columnsOf(text)).toEqual(columns);
  });

  it('takes kinds that are given', async () => {
    expect(await columnsOf('{"a":"2024-05-31"}\n', { columns: { a: 'word' } })).toEqual({
      a: ['2024-05-31'],
    });
    expect(await columnsOf('{}\n', { columns: { a: 'word' } })).toEqual({ a: [null] });
  });

  it.each<[string, string | Uint8Array, JsonLinesOptions, string]>([
    [
      'a line that is no JSON',
      '{"a":1}\n\n{"a":}\n',
      {},
      'a.jsonl, line 3: expected one JSON object in each line, got an error',
    ],
    ['a line cut off', '{"a":1}\n{"a":', {}, 'a.jsonl, line 2: expected one JSON object'],
    ['a list', '[{"a":1}]\n', {}, 'a.jsonl, line 1: expected one JSON object in each line, got a list'],
    ['a number', '1\n', {}, 'got a number'],
    [
      'a string among numbers',
      '{"a":1}\n{"a":"x"}\n',
      {},
      "a.jsonl, line 2, column 'a': expected a number as in other rows, or null, got a string",
    ],
    [
      'lists of other things',
      '{"a":[1,2]}\n{"a":["x"]}\n',
      {},
      "line 2, column 'a': expected a list of 2 numbers as in other rows, or null, got a list of strings",
    ],
    [
      'a list of lists',
      '{"a":{"b":[[1]]}}\n',
      {},
      "line 1, column 'a.b': expected a number, a boolean, a string, null or a list of numbers or strings, got a list of other things",
    ],
    [
      'two values of one name',
      '{"a.b":1,"a":{"b":2}}\n',
      {},
      "line 1, column 'a.b': expected one value, got two",
    ],
    ['too many levels', `${'{"a":'.repeat(40)}1${'}'.repeat(40)}\n`, {}, 'expected at most 32 levels'],
    [
      'bytes that are no UTF-8',
      Buffer.from('{"a":1}\n{"a":"\xfc"}\n', 'latin1'),
      {},
      'a.jsonl, line 2: expected text in UTF-8',
    ],
    ['UTF-16', Buffer.from('\ufeff{"a":1}\n', 'utf16le'), {}, 'got UTF-16'],
    ['an empty file', '', {}, 'expected rows, got an empty file'],
    [
      'a value of another kind than given',
      '{"a":"x"}\n',
      { columns: { a: 'date' } },
      "line 1, column 'a': expected a date as in other rows",
    ],
  ])('refuses %s', async (_, text, options, message) => {
    expect(await refusal(text, options)).toContain(message);
  });

  it('refuses a kind that there is not', () => {
    expect(() => jsonLinesFile('a.jsonl', { columns: JSON.parse('{ "a": "integer" }') })).toThrow(
      "jsonLinesFile columns: expected one of number, boolean, date, word for 'a', got 'integer'",
    );
  });

  it('reads the same whichever way: whole, in ranges, compressed', async () => {
    const rows = Array.from({ length: 3000 }, (_, i) => ({
      n: i % 5 === 0 ? null : i / 3,
      w: 'x'.repeat(i % 50),
      l: [i, -i - 1, 0.5],
    }));
    const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    const expected = { n: rows.map(({ n }) => n), w: rows.map(({ w }) => w), l: rows.map(({ l }) => l) };
    expect(await columnsOf(text)).toEqual(expected);
    expect(await columnsOf(gzipSync(text))).toEqual(expected);
    const open = await jsonLinesFile(await written(text)).open();
    await fc.assert(
      fc.asyncProperty(fc.nat(3010), fc.integer({ min: 1, max: 700 }), async (from, count) => {
        const { n, w, l } = expected;
        const part = <T>(values: T[]): T[] => values.slice(from, from + count);
        expect(await readRows(open, from, from + count, 200)).toEqual({ n: part(n), w: part(w), l: part(l) });
      }),
      { numRuns: 50 },
    );
    await open.close();
  });
});

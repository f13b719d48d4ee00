import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '@fluxion/tensor';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readColumns, readRows } from '../../../test/readColumns.js';
import { temporaryFolder } from '../../../test/temporaryFolder.js';
import { csvFile } from './csvFile.js';

/** What csv-parse makes of a text, by column; undefined where it refuses it. */
function oracle(text: string, separator: string): Record<string, string[]> | undefined {
  try {
    const [names = [], ...rows] = parse(text, {
      delimiter: separator,
      bom: true,
      skip_empty_lines: true,
      record_delimiter: ['\n', '\r\n'],
    });
    return Object.fromEntries(names.map((name, i) => [name, rows.map((row) => row[i] as string)]));
  } catch {
    return undefined;
  }
}

/** All columns as words, and nothing as a gap: what remains is where cells start and end. */
function words(path: string, separator: string, names: readonly string[]): ReturnType<typeof csvFile> {
  const columns = Object.fromEntries(names.map((name) => [name, 'word'] as const));
  return csvFile(path, { separator, nulls: [], columns, header: true });
}

const corpus: Readonly<Record<string, string>> = {
  plain: 'a,b,c\n1,2,3\n4,5,6\n',
  crlf: 'a,b,c\r\n1,2,3\r\n4,5,6\r\n',
  mixedEnds: 'a,b\r\n1,2\n3,4\r\n',
  bom: '\ufeffa,b\n1,2\n',
  quoted: '"a","b"\n"1","2"\n',
  quotedName: '"a ""x""",b\n1,2\n',
  escaped: 'a,b\n"1,""x"" y","2"\n"""","""x"""\n',
  newlines: 'a,b\n"1\n2","3\r\n4"\n\n"\n",5\n',
  empty: 'a,b\n,\n"",""\n',
  noEnd: 'a,b\n1,2',
  openEnd: 'a,b\n1,',
  spaces: 'a, b\n 1 , 2 \n',
  unicode: 'a,é\n日本,🎉\n',
  ragged: 'a,b\n1\n',
  long: 'a,b\n1,2,3\n',
  stray: 'a,b\n1,2"3\n',
  afterQuote: 'a,b\n"1"2,3\n',
  open: 'a,b\n"1,2\n',
  spaceBeforeQuote: 'a,b\n1, "2"\n',
  spaceAfterQuote: 'a,b\n"1" ,2\n',
  twoQuotes: 'a,b\n"",x\n"""",y\n',
  oddQuotes: 'a,b\n""","\n',
};

describe('csvFile beside csv-parse', () => {
  it.each(Object.entries(corpus))('reads or refuses the same: %s', async (name, text) => {
    const path = join(await temporaryFolder(), `${name}.csv`);
    await writeFile(path, text);
    const expected = oracle(text, ',');
    const read = readColumns(
      words(path, ',', expected === undefined ? [] : Object.keys(expected).map((name) => name.trim())),
    );
    if (expected === undefined) await expect(read).rejects.toThrow(path);
    else expect(Object.values(await read)).toEqual(Object.values(expected));
  });

  it('reads the same of any table that is written by the rules, whichever way it is read', async () => {
    const path = join(await temporaryFolder(), 'any.csv');
    const cell = fc.oneof(
      fc.stringMatching(/^[a-z0-9 .;-]{0,8}$/),
      fc.string({ unit: fc.constantFrom('"', ',', ';', '\n', '\r\n', 'x', 'ü', '🎉', ' ') }),
    );
    const table = fc
      .integer({ min: 2, max: 5 })
      .chain((width) =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 40 }),
      );
    const style = fc.record({
      separator: fc.constantFrom(',', ';', '\t', '|'),
      end: fc.constantFrom('\n', '\r\n'),
      quoteAll: fc.boolean(),
      lastEnd: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        table,
        style,
        fc.nat(40),
        fc.integer({ min: 1, max: 40 }),
        async (rows, { separator, end, quoteAll, lastEnd }, from, count) => {
          const write = (value: string): string =>
            quoteAll || /["\r\n,;\t|]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
          const names = (rows[0] as string[]).map((_, i) => `column ${i}`);
          const text =
            [names, ...rows].map((row) => row.map(write).join(separator)).join(end) + (lastEnd ? end : '');
          await writeFile(path, text);
          expect(oracle(text, separator)).toEqual(
            Object.fromEntries(names.map((name, i) => [name, rows.map((row) => row[i])])),
          );

          const source = words(path, separator, names);
          const all = await readColumns(source);
          expect(all).toEqual(oracle(text, separator));
          const open = await source.open();
          const some = await readRows(open, from, from + count, 7);
          await open.close();
          for (const name of names) expect(some[name]).toEqual(all[name]?.slice(from, from + count));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('reads or refuses the same of any text', async () => {
    const path = join(await temporaryFolder(), 'any.csv');
    const text = fc.string({
      unit: fc.constantFrom('"', '"', ',', ',', '\n', '\n', '\r\n', 'x', '1', ' '),
      maxLength: 30,
    });
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(text, async (text) => {
        const whole = `a,b\n${text}`;
        await writeFile(path, whole);
        const expected = oracle(whole, ',');
        if (expected === undefined) {
          refused++;
          await expect(readColumns(words(path, ',', ['a', 'b']))).rejects.toThrow(DataError);
        } else {
          expect(await readColumns(words(path, ',', ['a', 'b']))).toEqual(expected);
        }
      }),
      { numRuns: 300 },
    );
    expect(refused).toBeGreaterThan(30);
  });
});

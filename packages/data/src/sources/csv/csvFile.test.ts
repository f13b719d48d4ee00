import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readColumns } from '../../../test/readColumns.js';
import { temporaryFolder } from '../../../test/temporaryFolder.js';
import { type CsvOptions, csvFile } from './csvFile.js';

async function columnsOf(
  text: string | Uint8Array,
  options?: CsvOptions,
  name = 'a.csv',
): Promise<Record<string, unknown[]>> {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, text);
  return readColumns(csvFile(path, options));
}

/** The message, without the folder. */
async function refusal(text: string | Uint8Array, options?: CsvOptions): Promise<string> {
  const error = await columnsOf(text, options).then(
    () => new Error('nothing was refused'),
    (error: Error) => error,
  );
  return error.message.replace(/^.*\/a\.csv/, 'a.csv');
}

describe('csvFile', () => {
  it.each([
    [
      'a\n1\n2\0\n3\n',
      "a.csv, line 3, column 'a': expected text, got a NUL byte: the file is damaged, or it is UTF-16",
    ],
    ['a,b\n1,"x\0"\n', "a.csv, line 2, column 'b': expected text, got a NUL byte"],
    ['a\0,b\n1,2\n', 'a.csv, line 1: expected text, got a NUL byte'],
    ['a\0,\0b\0\n\x001\0,\x002\0\n\0', 'a.csv, line 1: expected text, got a NUL byte'],
  ])('refuses a NUL byte, which no text has: %j', async (text, message) => {
    expect(await refusal(text)).toContain(message);
  });

  it('leaves out a row with a NUL byte where that is asked for', async () => {
    expect(await columnsOf('a,b\n1,2\n3\0,4\n5,6\n', { onBadRow: 'skip', maxBadShare: 0.5 })).toEqual({
      a: [1, 5],
      b: [2, 6],
    });
  });

  it('keeps the digits of whole numbers that would be rounded, as words', async () => {
    expect(await columnsOf('a,b,c\n1,9007199254740992,0.12345678901234567\n9007199254740993,1,2')).toEqual({
      a: ['1', '9007199254740993'],
      b: [2 ** 53, 1],
      c: [Number('0.12345678901234567'), 2],
    });
  });

  it('reads numbers, booleans, dates and words, and gaps in each', async () => {
    const text = 'n,b,d,w\n1.5,true,2024-05-31,a\n,,,\nNA,N/A,null,?\n-2e3,FALSE,2024-06-01T00:00:00Z,ü\n';
    expect(await columnsOf(text)).toEqual({
      n: [1.5, null, null, -2000],
      b: [true, null, null, false],
      d: [Date.parse('2024-05-31'), null, null, Date.parse('2024-06-01')],
      w: ['a', null, null, 'ü'],
    });
  });

  it.each([
    ['quotes', 'a,b\n"x,y","say ""so"""\n"",""\n', { a: ['x,y', null], b: ['say "so"', null] }],
    ['newlines in quotes', 'a,b\n"x\ny","\r\n"\n', { a: ['x\ny'], b: ['\r\n'] }],
    ['CRLF', 'a,b\r\n1,2\r\n3,4\r\n', { a: [1, 3], b: [2, 4] }],
    ['no end of line at the end', 'a,b\n1,2\n3,', { a: [1, 3], b: [2, null] }],
    ['a byte order mark', '\ufeffa,b\n1,2', { a: [1], b: [2] }],
    ['empty lines', '\na,b\n\n1,2\n\r\n\n3,4\n\n', { a: [1, 3], b: [2, 4] }],
    ['gaps in a single column', 'a\n1\n\n3\n', { a: [1, null, 3] }],
    ['spaces around numbers', 'a, b\n 1 ,\t2\n', { a: [1], b: [2] }],
    ['spaces around words, as part of them', 'a,b\n x ,1\n ? ,2\n', { a: [' x ', null], b: [1, 2] }],
    ['numbers in quotes', 'a\n"1"\n2\n', { a: [1, 2] }],
    ['columns without a value', 'a,b\n,1\n', { a: [null], b: [1] }],
    ['a first column without a name', ',b\n0,1\n1,2\n', { column1: [0, 1], b: [1, 2] }],
    ['no rows', 'a,b\n', { a: [], b: [] }],
    ['a word among numbers', 'a\n1\n2\nx\n', { a: ['1', '2', 'x'] }],
    ['dates among numbers', 'a\n1\n2024-05-31\n', { a: ['1', '2024-05-31'] }],
    ['no day of the calendar', 'a\n2024-02-30\n', { a: ['2024-02-30'] }],
    ['infinity', 'a\n1\n-inf\n', { a: [1, Number.NEGATIVE_INFINITY] }],
    [
      'long digits',
      'a\n0.1000000000000000055511151231257827\n1e400\n',
      { a: [0.1, Number.POSITIVE_INFINITY] },
    ],
    ['dates before 1970', 'a\n1901-01-01\n', { a: [Date.parse('1901-01-01')] }],
  ])('reads %s', async (_, text, columns) => {
    expect(await columnsOf(text)).toEqual(columns);
  });

  it.each([
    [',', 'a,b\n1;2,3\n4;5,6\n', { a: ['1;2', '4;5'], b: [3, 6] }],
    [';', 'a;b\n1,5;2,5\n3,5;4,5\n', { a: ['1,5', '3,5'], b: ['2,5', '4,5'] }],
    ['a tab', 'a\tb\n1\t2\n', { a: [1], b: [2] }],
    ['|', 'a|b|c\n1|2,0|3\n', { a: [1], b: ['2,0'], c: [3] }],
    ['none', 'a\nx y\n', { a: ['x y'] }],
  ])('finds the separator: %s', async (_, text, columns) => {
    expect(await columnsOf(text)).toEqual(columns);
  });

  it('takes a tab in a .tsv file, and the separator that is given', async () => {
    expect(await columnsOf('a,b\n1,2\n', {}, 'a.tsv')).toEqual({ 'a,b': ['1,2'] });
    expect(await columnsOf('a:b,c\n1:2\n', { separator: ':' })).toEqual({ a: [1], 'b,c': [2] });
  });

  it('takes names that are given, or numbers the columns', async () => {
    expect(await columnsOf('1,x\n2,y\n', { header: ['n', 'w'] })).toEqual({ n: [1, 2], w: ['x', 'y'] });
    expect(await columnsOf('1,x\n2,y\n', { header: false })).toEqual({
      column1: [1, 2],
      column2: ['x', 'y'],
    });
    expect(await columnsOf('1990,1991\n2,3\n', { header: true })).toEqual({ 1990: [2], 1991: [3] });
  });

  it('calls columns of one name, and of none, by others, and says so', async () => {
    const told: string[] = [];
    const path = join(await temporaryFolder(), 'twice.csv');
    await writeFile(path, 'a,,b,a,a.1,a\n1,2,3,4,5,6\n');
    const source = csvFile(path, { notice: (message) => told.push(message) });
    for (let times = 0; times < 2; times++) {
      const open = await source.open();
      expect(open.schema.fields.map(({ name }) => name)).toEqual(['a', 'column2', 'b', 'a.2', 'a.1', 'a.3']);
      await open.close();
    }
    expect(told).toEqual([
      `${path}: column 2 has no name and is called 'column2'; 'a' comes again and is called 'a.2'; 'a' comes again and is called 'a.3'`,
    ]);
  });

  it('takes a column for words where a zero leads digits, unless it is said to be numbers', async () => {
    const text = 'zip,n\n10115,0\n01067,0.5\n';
    expect(await columnsOf(text)).toEqual({ zip: ['10115', '01067'], n: [0, 0.5] });
    expect(await columnsOf(text, { columns: { zip: 'number' } })).toEqual({
      zip: [10115, 1067],
      n: [0, 0.5],
    });
  });

  it('takes other words for gaps, and kinds that are given', async () => {
    const text = 'zip,n\n01234,-\n00001,-999\nNA,3\n';
    expect(await columnsOf(text, { nulls: ['-', '-999'], columns: { zip: 'word' } })).toEqual({
      zip: ['01234', '00001', 'NA'],
      n: [null, null, 3],
    });
  });

  it.each<[string, string | Uint8Array, CsvOptions, string]>([
    ['a row too short', 'a,b\n1,2\n3\n', {}, 'a.csv, line 3: expected 2 cells, got 1; complete the row'],
    ['a row too long', 'a,b\n"x\ny",2\n3,4,5\n', {}, 'a.csv, line 4: expected 2 cells, got 3'],
    [
      'a quote in a cell',
      'a,b\n1,2\n3,4"5\n',
      {},
      "a.csv, line 3, column 'b': expected quotes around the whole cell or none",
    ],
    [
      'letters after a quote',
      'a,b\n1,"2"x\n',
      {},
      "a.csv, line 2, column 'b': expected the separator or the end of the line after a closing quote, got 'x'",
    ],
    [
      'a quote left open',
      'a,b\n1,2\n3,"4\n5,6\n',
      {},
      "a.csv, line 3, column 'b': expected a closing quote, got the end of the file",
    ],
    [
      'a lone carriage return',
      'a,b\r1,2\r',
      {},
      'a.csv, line 1: expected a line feed after a carriage return',
    ],
    [
      'bytes that are no UTF-8',
      Buffer.from('a,b\n1,2\n3,M\xfcller\n', 'latin1'),
      {},
      "a.csv, line 3, column 'b': expected text in UTF-8",
    ],
    [
      'UTF-16',
      Buffer.from('\ufeffa,b\n', 'utf16le'),
      {},
      'a.csv, line 1: expected text in UTF-8, got UTF-16',
    ],
    [
      'a given name that comes twice',
      '1,2,3\n',
      { header: ['a', 'b', 'a'] },
      "a.csv, line 1: expected names that differ, got 'a' for columns 1 and 3",
    ],
    [
      'a header of numbers',
      '5.1,3.5\n4.9,3.0\n',
      {},
      'a.csv, line 1: expected the names of the columns in the first line, got numbers: 5.1, 3.5',
    ],
    ['an empty file', '', {}, 'a.csv, line 1: expected a header and rows, got an empty file'],
    [
      'a value of another kind than given',
      'a\n1\nx\n',
      { columns: { a: 'number' } },
      "a.csv, line 3, column 'a': expected a number, got 'x'",
    ],
    [
      'a kind for no column',
      'a\n1\n',
      { columns: { b: 'number' } },
      "expected a column 'b', which is said to have numbers, words or others, got a; name one of these",
    ],
    [
      'names for fewer columns',
      '1,2\n',
      { header: ['a'] },
      'expected 1 cells, one for each name in header, got 2',
    ],
  ])('refuses %s', async (_, text, options, message) => {
    expect(await refusal(text, options)).toContain(message);
  });

  it('refuses options that have no meaning', () => {
    expect(() => csvFile('a.csv', { separator: '"' })).toThrow(
      'csvFile separator: expected one ASCII character',
    );
    expect(() => csvFile('a.csv', { separator: '::' })).toThrow("got '::'");
    const columns = JSON.parse('{ "a": "integer" }');
    expect(() => csvFile('a.csv', { columns })).toThrow(
      "expected one of number, boolean, date, word for 'a', got 'integer'",
    );
  });

  it('says when there is no such file, or it is a folder', async () => {
    await expect(csvFile('/nowhere/a.csv').open()).rejects.toThrow(
      '/nowhere/a.csv: cannot open the file: ENOENT',
    );
    await expect(csvFile(await temporaryFolder()).open()).rejects.toThrow('it is a folder');
  });
});

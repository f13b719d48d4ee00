import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { elements, tensor } from '@fluxion/tensor';
import { tableFromIPC } from 'apache-arrow';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadTraining } from '../src/index.js';
import { openSource } from '../src/sources/openSource.js';
import { enterNewFolder, pointsFile } from './files.js';
import { events, fluxion, type Ran } from './fluxion.js';

const folder = enterNewFolder();

/** People of whom those beyond forty earn more; a name in every row, and some gaps. */
const people = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => {
    const age = 20 + ((7 * (from + i)) % 41);
    const city = ['Paris', 'Oslo', '"Rome, IT"'][(from + i) % 3];
    return `name ${from + i},${(from + i) % 9 === 0 ? '' : age},${city},${age * 1000 + (from + i)},${age > 40 ? '>50K' : '<=50K'}`;
  });
const heading = 'name,age,city,wealth,income';
const csv = (name: string, rows: readonly string[]): void =>
  writeFileSync(name, [heading, ...rows, ''].join('\n'));

beforeAll(() => {
  csv('people.csv', people(0, 600));
  csv('few.csv', people(0, 40));
  csv('part-2.csv', people(0, 300));
  csv('part-10.csv', people(300, 600));
  csv('tomorrow.csv', people(600, 700));
});

describe('fluxion train on a table as people have it', () => {
  it('learns it, and predicts raw rows by name', async () => {
    const ran = await fluxion('train', 'people.csv', '--target', 'income', '--out', 'runs', '--json');
    expect(ran).toMatchObject({ code: 0, err: '' });
    const [plan, ...others] = events(ran);
    expect(plan).toMatchObject({
      rows: 600,
      target: { column: 'income', kind: 'classes', classes: ['<=50K', '>50K'] },
      columns: [{ column: 'age' }, { column: 'city', encoding: 'oneHot' }, { column: 'wealth' }],
      leftOut: [{ column: 'name' }],
    });
    const summary = others.at(-1) as unknown as Record<
      'validation' | 'baseline',
      { accuracy: number; loss: number }
    >;
    expect(summary.validation.accuracy).toBeGreaterThan(0.95);
    expect(summary.baseline.accuracy).toBeLessThan(0.7);
    expect(summary.validation.loss).toBeLessThan(summary.baseline.loss);

    const [evaluation] = events(await fluxion('evaluate', 'tomorrow.csv', '--model', 'runs', '--json'));
    expect(evaluation?.accuracy).toBeGreaterThan(0.95);
    const { code } = await fluxion('predict', 'tomorrow.csv', '--model', 'runs', '--out', 'said.csv');
    expect(code).toBe(0);
    const [first, ...lines] = readFileSync('said.csv', 'utf8').trimEnd().split('\n');
    expect(first).toBe('label,probability_<=50K,probability_>50K');
    const truth = people(600, 700).map((row) => row.slice(row.lastIndexOf(',') + 1));
    const right = lines.filter((line, i) => line.split(',')[0] === truth[i]).length;
    expect(right / truth.length).toBe(evaluation?.accuracy);
  });

  it('leaves a page of the run beside the model, unless it is told not to', async () => {
    const options = ['--target', 'income', '--epochs', '2', '--quiet'];
    await fluxion('train', 'people.csv', ...options, '--out', 'paged');
    const page = readFileSync('paged.html', 'utf8');
    const said = ['income', 'Confusion matrix', 'ROC curve', 'Calibration', 'city', 'oneHot'];
    for (const text of [...said, 'Which columns matter']) expect(page).toContain(text);
    await fluxion('train', 'people.csv', '--target', 'city', '--epochs', '1', '--quiet', '--out', 'cities');
    for (const text of ['Its worst mistakes', 'The hardest of 3 classes.']) {
      expect(readFileSync('cities.html', 'utf8')).toContain(text);
    }
    await fluxion('train', 'people.csv', '--target', 'wealth', '--epochs', '2', '--quiet', '--out', 'drawn');
    const drawn = readFileSync('drawn.html', 'utf8');
    for (const text of ['Predicted and true', 'Its worst mistakes', 'Paris']) expect(drawn).toContain(text);
    await fluxion('train', 'people.csv', ...options, '--out', 'plain', '--no-report');
    expect(existsSync('plain.html')).toBe(false);
    await fluxion('train', 'people.csv', ...options, '--out', 'asked', '--report');
    expect(existsSync('asked.html')).toBe(true);
  });

  it('counts the rows of a validation file, in the plan and in words', async () => {
    const options = ['people.csv', '--target', 'income', '--epochs', '1', '--validation', 'few.csv'];
    const [plan] = events(await fluxion('train', ...options, '--json'));
    expect(plan).toMatchObject({ rows: 600, validation: { rows: 40 } });
    const { out } = await fluxion('train', ...options);
    expect(out).toContain('\n600 rows to train on, 40 of another table to validate\n');
  });

  it('tells two classes apart by one unit, and calls them by their names', async () => {
    const options = ['--loss', 'binaryCrossEntropy', '--epochs', '5', '--json', '--out', 'yes'];
    const ran = await fluxion('train', 'people.csv', '--target', 'income', ...options);
    expect(ran).toMatchObject({ code: 0, err: '' });
    const [plan, ...others] = events(ran);
    expect(plan).toMatchObject({ target: { kind: 'classes', classes: ['<=50K', '>50K'] } });
    const { validation } = others.at(-1) as unknown as { validation: Record<string, number> };
    expect(validation.accuracy).toBeGreaterThan(0.9);
    expect(validation.rocAuc).toBeGreaterThan(0.9);
    await fluxion('predict', 'tomorrow.csv', '--model', 'yes', '--out', 'yes.csv');
    const [heading, ...lines] = readFileSync('yes.csv', 'utf8').trimEnd().split('\n');
    expect(heading).toBe('label,probability_>50K');
    for (const line of lines) {
      const [label, probability] = line.split(',');
      expect(label).toBe(Number(probability) > 0.5 ? '>50K' : '<=50K');
    }
    const { out } = await fluxion('evaluate', 'tomorrow.csv', '--model', 'yes');
    expect(out).toContain('ROC area');
  });

  it('counts rows by a column, in training and in figures', async () => {
    // Rows of the wrong class count nothing, so the model is right of those that count.
    const rows = Array.from({ length: 400 }, (_, i) => {
      const isLie = i % 3 === 0;
      const x = (i * 37) % 101;
      return `${x},${isLie ? 0 : 1000 + (i % 5)},${x > 50 !== isLie ? 'high' : 'low'}`;
    });
    writeFileSync('weighted.csv', ['x,n,y', ...rows, ''].join('\n'));
    const options = ['--target', 'y', '--weight', 'n', '--epochs', '40', '--out', 'weighted', '--json'];
    const [plan, ...others] = events(await fluxion('train', 'weighted.csv', ...options));
    expect(plan).toMatchObject({ columns: [{ column: 'x' }], leftOut: [{ column: 'n' }] });
    expect(others.at(-1)?.validation).toMatchObject({ accuracy: expect.closeTo(1, 1) });
    const [evaluation] = events(await fluxion('evaluate', 'weighted.csv', '--model', 'weighted', '--json'));
    expect(evaluation?.accuracy).toBeGreaterThan(0.97);
    writeFileSync('unweighted.csv', ['x', '12', '90', ''].join('\n'));
    await fluxion('predict', 'unweighted.csv', '--model', 'weighted', '--out', 'unweighted-said.csv');
    const said = readFileSync('unweighted-said.csv', 'utf8').trimEnd().split('\n');
    expect(said.slice(1).map((line) => line.split(',')[0])).toEqual(['low', 'high']);
    const gone = await fluxion('train', 'weighted.csv', '--target', 'y', '--weight', 'y', '--out', 'gone');
    expect(gone).toMatchObject({ code: 1, err: expect.stringContaining("column 'y': expected a number") });
  });

  it('learns from lists beside words, of one length and of any', async () => {
    const rows = Array.from({ length: 300 }, (_, i) => {
      const size = 1 + ((i * 7) % 5);
      const list = Array.from({ length: size }, (_, j) => 1000 + ((i * 31 + j * 17) % 50));
      return {
        pair: [i % 13, 5 * (i % 11)],
        list,
        tags: i % 2 ? ['a', 'b'] : ['b'],
        y: size > 3 ? 'long' : 'short',
      };
    });
    writeFileSync('lists.jsonl', rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const ran = await fluxion(
      'train',
      'lists.jsonl',
      '--target',
      'y',
      '--epochs',
      '20',
      '--json',
      '--out',
      'lists',
    );
    expect(ran).toMatchObject({ code: 0, err: '' });
    const [plan, ...others] = events(ran);
    expect(plan).toMatchObject({
      columns: [
        { column: 'pair', encoding: 'vector', width: 2 },
        { column: 'list', encoding: 'vector', width: 6 },
        { column: 'tags', encoding: 'set' },
      ],
    });
    const { validation } = others.at(-1) as unknown as { validation: Record<string, number> };
    expect(validation.accuracy).toBeGreaterThan(0.95);
    await fluxion('predict', 'lists.jsonl', '--model', 'lists', '--out', 'lists.csv');
    expect(readFileSync('lists.csv', 'utf8').split('\n')).toHaveLength(302);
  });

  it('learns from texts', async () => {
    const remarks = Array.from({ length: 300 }, (_, i) => {
      const word = i % 2 ? 'splendid' : 'dreadful';
      return `what a ${word} number ${(i * 7919) % 1009} this is among ${(i * 31) % 97} others of its kind,${i % 2 ? 'good' : 'bad'}`;
    });
    writeFileSync('remarks.csv', ['remark,mood', ...remarks, ''].join('\n'));
    const ran = await fluxion(
      'train',
      'remarks.csv',
      '--target',
      'mood',
      '--epochs',
      '10',
      '--json',
      '--out',
      'mood',
    );
    expect(ran).toMatchObject({ code: 0, err: '' });
    const [plan, ...others] = events(ran);
    expect(plan).toMatchObject({ columns: [{ column: 'remark', encoding: 'tokens' }] });
    expect(others.at(-1)?.validation).toMatchObject({ accuracy: 1 });
  });

  it('gives numbers in their own units', async () => {
    const options = ['--target', 'wealth', '--input', 'age', 'city', '--epochs', '40'];
    await fluxion('train', 'people.csv', ...options, '--out', 'wealth', '--quiet');
    await fluxion('predict', 'tomorrow.csv', '--model', 'wealth', '--out', 'wealth.arrow');
    const table = tableFromIPC(readFileSync('wealth.arrow'));
    expect(table.schema.fields.map(({ name, type }) => `${name}: ${type}`)).toEqual(['prediction: Float64']);
    const said = [...(table.getChild('prediction') ?? [])] as number[];
    const truth = people(600, 700).map((row) => Number(row.split(',').at(-2)));
    const squares = said.map((value, i) => (value - (truth[i] as number)) ** 2);
    const [evaluation] = events(await fluxion('evaluate', 'tomorrow.csv', '--model', 'wealth', '--json'));
    expect(evaluation?.rmse).toBeCloseTo(
      Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / 100),
      1,
    );
    const mean = [...(table.getChild('prediction') ?? [])].reduce((sum, value) => sum + value, 0) / 100;
    expect(mean).toBeGreaterThan(30_000);
    expect(mean).toBeLessThan(50_000);
  });

  it('gives the same weights for a table in parts, in natural order', async () => {
    const options = ['--target', 'income', '--epochs', '2', '--quiet', '--out'];
    await fluxion('train', 'people.csv', ...options, 'whole');
    await fluxion('train', 'part-*.csv', ...options, 'parts');
    const [whole, parts] = ['whole', 'parts'].map((model) => readFileSync(`${model}/weights.safetensors`));
    expect(whole?.equals(parts ?? Buffer.of())).toBe(true);
  });
});

describe('a compressed table', () => {
  it('is unpacked to a temporary file, which is said once', async () => {
    writeFileSync('packed.csv.gz', gzipSync(readFileSync('people.csv')));
    const said =
      'fluxion: packed.csv.gz: it is unpacked to a temporary file each time it is opened, so that its rows can be read in any order; unpack it to save this\n';
    const options = ['--target', 'income', '--epochs', '2', '--out', 'packed'];
    expect(await fluxion('train', 'packed.csv.gz', ...options)).toMatchObject({ code: 0, err: said });
    expect(await fluxion('evaluate', 'packed.csv.gz', '--model', 'packed')).toMatchObject({
      code: 0,
      err: said,
    });
    const quiet = await fluxion(
      'predict',
      'packed.csv.gz',
      '--model',
      'packed',
      '--out',
      'quiet.csv',
      '--quiet',
    );
    expect(quiet).toMatchObject({ code: 0, err: '' });
  });
});

describe('fluxion train on a table that is not as it should be', () => {
  const train = (file: string, rows: readonly string[], target: string, ...options: readonly string[]) => {
    writeFileSync(file, [...rows, ''].join('\n'));
    return fluxion('train', file, '--target', target, ...options);
  };
  const numbered = (count: number, row: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => row(i));

  it('refuses dates to predict', async () => {
    const rows = numbered(40, (i) => `${i % 7},2024-05-${10 + (i % 7)}`);
    const { code, err } = await train('dates.csv', ['a,when', ...rows], 'when');
    expect(code).toBe(1);
    expect(err).toMatch(/column 'when': expected classes or numbers to predict, got dates; predict a number/);
    const words = rows.map((row) => row.replace('2024-05-', '5/').concat('/2024'));
    expect((await train('days.csv', ['a,when', ...words], 'when')).err).toContain('got dates; ');
  });

  it('counts the rows that have no target', async () => {
    const rows = numbered(100, (i) => `${i % 7},${i % 10 === 0 ? '' : i % 7 > 3 ? 'yes' : 'no'}`);
    const options = ['--epochs', '1', '--out', 'gaps'];
    const { out } = await train('gaps.csv', ['a,y', ...rows], 'y', ...options);
    expect(out).toContain('\n10 rows have no target and are left out\n');
    const [plan] = events(await train('gaps.csv', ['a,y', ...rows], 'y', '--restart', '--json', ...options));
    expect(plan).toMatchObject({ rows: 100, untargeted: 10 });
    const [found] = events(await fluxion('evaluate', 'gaps.csv', '--model', 'gaps', '--json'));
    expect(found).toMatchObject({ examples: 90, untargeted: 10 });
  });

  it('says that a few rows are too few to judge a model', async () => {
    const { out } = await train('three.csv', ['a,y', '1,x', '2,z', '3,x'], 'y', '--epochs', '1');
    expect(out).toContain(
      'warning: 3 rows are too few to hold any out, so nothing tells how good the model is',
    );
    const rows = numbered(40, (i) => `${i % 7},${i % 7 > 3}`);
    const few = await train('forty.csv', ['a,y', ...rows], 'y', '--epochs', '1');
    expect(few.out).toMatch(/^warning: \d rows? (is|are) held out, which is too few to tell how good/m);
  });

  it('says that there is nothing to learn from, or to predict', async () => {
    const one = await train('one.csv', ['y', 'x', 'z', 'x'], 'y');
    expect(one.err).toMatch(
      /expected a column to learn from, got none \(there is none besides the target\); give/,
    );
    const same = await train('same.csv', ['a,y', '1,x', '2,x', '3,x'], 'y');
    expect(same.err).toMatch(/column 'y': expected names of two classes or more, got 'x' alone/);
  });

  it('calls a column of the same name by another', async () => {
    const rows = numbered(40, (i) => `${i % 7},${i % 5},${i % 5 > 2}`);
    const { code, err, out } = await train('twice.csv', ['a,a,y', ...rows], 'y', '--epochs', '1');
    expect([code, err]).toEqual([0, "fluxion: twice.csv: 'a' comes again and is called 'a.1'\n"]);
    expect(out).toContain('\na, a.1 [14] → y, 2 classes');
  });
});

describe('fluxion look', () => {
  it('shows columns, gaps, ranges and the encoding that it would choose', async () => {
    const { code, out, err } = await fluxion('look', 'people.csv', '--target', 'income');
    expect([code, err]).toEqual([0, '']);
    const lines = out.split('\n');
    expect(lines[0]).toBe('600 rows of 5 columns');
    expect(lines[2]).toMatch(/^column +kind +gaps +values +encoding$/);
    expect(lines[3]).toMatch(/^name +words +600 different +left out: /);
    expect(lines[4]).toMatch(/^age +number +67 +20\.00 to 60\.00 +\w+ \[\d\]$/);
    expect(lines[7]).toMatch(/^income +words +2 different +target, 2 classes$/);
  });

  it('shows between which bounds numbers and dates lie that are written in words', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => `"$${i + 1},000.50",${1 + (i % 28)}.3.2026,w${i % 4}`);
    writeFileSync('written.csv', ['price,day,word', ...rows, ''].join('\n'));
    const { out } = await fluxion('look', 'written.csv');
    expect(out).toMatch(/^price +words +1001 to 30001 +standardize/m);
    expect(out).toMatch(/^day +words +2026-03-01 to 2026-03-28 +calendar/m);
    expect(out).toMatch(/^word +words +4 different +oneHot/m);
  });

  it('tells of a cell that makes a column of numbers one of words, as train does, and how to leave it out', async () => {
    const rows = Array.from({ length: 300 }, (_, i) => `${i === 16 ? 'old' : 20.5 + (i % 41)},${i % 2}`);
    writeFileSync('mixed.csv', ['age,y', ...rows, ''].join('\n'));
    const warning =
      "mixed.csv, line 18, column 'age': 1 of 300 cells is no number ('old'), so the column is taken for words; correct it, or leave such rows out of CSV by --numbers age --on-bad-row skip";
    const { out } = await fluxion('look', 'mixed.csv', '--target', 'y');
    expect(out).toContain(`\nwarning: ${warning}\n`);
    const [look] = events(await fluxion('look', 'mixed.csv', '--target', 'y', '--json'));
    expect(look).toMatchObject({ warnings: [warning] });
    const train = ['train', 'mixed.csv', '--target', 'y', '--epochs', '0', '--validation', 'none', '--json'];
    expect(events(await fluxion(...train))).toContainEqual({ event: 'warning', text: warning });
    const [plan, ...others] = events(await fluxion(...train, '--numbers', 'age', '--on-bad-row', 'skip'));
    expect(plan).toMatchObject({ rows: 299, columns: [{ column: 'age', encoding: 'standardize' }] });
    expect(JSON.stringify(others)).not.toContain('is no number');
    const refused = await fluxion('look', 'mixed.csv', '--numbers', 'age');
    expect(refused).toMatchObject({
      code: 1,
      err: expect.stringContaining("line 18, column 'age': expected"),
    });
  });

  it('says why a table is not encoded', async () => {
    writeFileSync('infinite.csv', `age,height\n${'1,2\n'.repeat(30)}2,inf\n`);
    const { code, out } = await fluxion('look', 'infinite.csv');
    expect(code).toBe(0);
    expect(out).toMatch(/^not encoded: infinite\.csv, line 32, column 'height': expected a finite number/m);
    expect(out).not.toContain('it tells nothing');
    const [look] = events(await fluxion('look', 'infinite.csv', '--json'));
    expect(look?.notEncoded).toContain('expected a finite number');
  });

  it('says the same as JSON', async () => {
    const [look] = events(await fluxion('look', 'people.csv', '--json'));
    expect(look).toMatchObject({ event: 'look', rows: 600 });
    expect((look as unknown as { columns: unknown[] }).columns[1]).toMatchObject({
      ...{ column: 'age', kind: 'number', gaps: 67, min: 20, max: 60 },
      ...{ encoding: expect.any(String), width: expect.any(Number) },
    });
  });
});

describe('fluxion convert', () => {
  it('writes CSV to Arrow and back', async () => {
    expect(await fluxion('convert', 'part-*.csv', 'people.arrow')).toEqual({
      ...{ code: 0, err: '', out: '600 rows in people.arrow\n' },
    });
    const table = tableFromIPC(readFileSync('people.arrow'));
    expect(table.numRows).toBe(600);
    expect(table.schema.fields.map(({ name }) => name).join(',')).toBe(heading);
    expect(await fluxion('convert', 'people.arrow', 'again.csv', '--quiet')).toMatchObject({
      code: 0,
      out: '',
    });
    expect(readFileSync('again.csv', 'utf8')).toBe(readFileSync('people.csv', 'utf8'));
  });

  it('writes CSV to Parquet and back', async () => {
    const ran = await fluxion('convert', 'part-2.csv', 'part-10.csv', 'all.parquet', '--json');
    expect(events(ran)).toEqual([{ event: 'summary', rows: 600, out: 'all.parquet' }]);
    await fluxion('convert', 'people.csv', 'as-written.csv');
    await fluxion('convert', 'all.parquet', 'from-parquet.csv');
    expect(readFileSync('from-parquet.csv', 'utf8')).toBe(readFileSync('as-written.csv', 'utf8'));
  });

  it('keeps each digit of whole numbers, from any format to any other', async () => {
    const rows = ['123456789012345678,1', '-9007199254740993,0', '7,1'];
    const text = ['id,y', ...rows, ''].join('\n');
    writeFileSync('ids.csv', text);
    writeFileSync('ids.jsonl', rows.map((row) => `{"id":${row.replace(',', ',"y":')}}\n`).join(''));
    for (const from of ['ids.csv', 'ids.jsonl']) {
      for (const through of ['ids.arrow', 'ids.parquet']) {
        expect(await fluxion('convert', from, through)).toMatchObject({ code: 0, err: '' });
        await fluxion('convert', through, 'ids-again.csv');
        expect(readFileSync('ids-again.csv', 'utf8')).toBe(text);
      }
    }
  });

  it('writes lists so that the same is learned from them in every format', async () => {
    const rows = Array.from({ length: 120 }, (_, i) => ({
      pair: [i % 13, 5 * (i % 11)],
      list: Array.from({ length: 1 + (i % 4) }, (_, j) => 0.5 * (i % 9) + j),
      tags: i % 5 === 0 ? [] : i % 2 ? ['red', 'blue'] : ['blue'],
      y: i % 2 ? 'long' : 'short',
    }));
    writeFileSync('tagged.jsonl', rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    await fluxion('convert', 'tagged.jsonl', 'tagged.arrow');
    await fluxion('convert', 'tagged.arrow', 'tagged.parquet');
    const weights: string[] = [];
    for (const name of ['tagged.jsonl', 'tagged.arrow', 'tagged.parquet']) {
      const { out } = await fluxion('look', name);
      for (const line of [
        /^pair +list +2 numbers each +vector/m,
        /^list +list +vector/m,
        /^tags +list +set/m,
      ]) {
        expect(out).toMatch(line);
      }
      const ran = await fluxion(
        'train',
        name,
        '--target',
        'y',
        '--epochs',
        '2',
        '--quiet',
        '--out',
        name.slice(7),
      );
      expect(ran).toMatchObject({ code: 0, err: '' });
      weights.push(readFileSync(`${name.slice(7)}/weights.safetensors`, 'hex'));
    }
    expect(new Set(weights).size).toBe(1);
  });

  it('writes TSV and JSON lines, compressed too, from which the same is read', async () => {
    const rows = [
      '1,a\tb,2024-05-31,true',
      ',"",2024-06-01T10:00:00.000Z,false',
      '123456789012345678,"x, y",,',
    ];
    writeFileSync('cells.csv', ['id,word,day,is', ...rows, ''].join('\n'));
    await fluxion('convert', 'cells.csv', 'cells-1.csv');
    for (const name of ['cells.tsv', 'cells.jsonl', 'cells.csv.gz', 'cells.jsonl.gz']) {
      expect(await fluxion('convert', 'cells.csv', name)).toMatchObject({ code: 0, err: '' });
      await fluxion('convert', name, 'cells-2.csv');
      expect(readFileSync('cells-2.csv', 'utf8')).toBe(readFileSync('cells-1.csv', 'utf8'));
    }
    expect(gunzipSync(readFileSync('cells.jsonl.gz'))).toEqual(readFileSync('cells.jsonl'));
  });

  it('writes dictionaries as words', async () => {
    pointsFile(folder, 'points.arrow', 50);
    await fluxion('convert', 'points.arrow', 'points-2.arrow');
    const [before, after] = ['points.arrow', 'points-2.arrow'].map((name) =>
      tableFromIPC(readFileSync(name)),
    );
    expect([...(after?.getChild('kind') ?? [])]).toEqual([...(before?.getChild('kind') ?? [])]);
  });

  it.each([
    [['people.csv'], 2, 'expected what to read and what to write, got people.csv alone'],
    [
      ['people.csv', 'people.xls'],
      2,
      "expected an output that ends in .arrow, .parquet, .csv, .tsv or .jsonl, the last three also with .gz, got 'people.xls'",
    ],
    [['people.csv', 'people.csv'], 1, "expected a file other than the data, got 'people.csv'"],
  ])('refuses %j', async (args, code, text) => {
    expect(await fluxion('convert', ...args)).toMatchObject({ code, err: expect.stringContaining(text) });
  });
});

describe('a table that is replaced while a command uses it', () => {
  it('is refused, not mixed with the other', async () => {
    csv('replaced.csv', people(0, 300));
    const source = openSource(['replaced.csv']);
    await (await source.open()).close();
    await (await source.open()).close();
    csv('other.csv', people(300, 600));
    renameSync('other.csv', 'replaced.csv');
    await expect(source.open()).rejects.toThrow(
      'replaced.csv: expected the file as it was when the command began, got another',
    );
  });
});

describe('text that a spreadsheet would compute', () => {
  it('is the same text in CSV, or begins with an apostrophe where that is asked for', async () => {
    const rows = ["=cmd|'/C calc'!A1,1", '+1+1,2', '@SUM(A1),3', '-1.5,4', '-x,5', 'plain,6'];
    writeFileSync('formulas.csv', `word,=n\n${rows.join('\n')}\n`);
    const { out } = await fluxion('convert', 'formulas.csv', 'harmless.csv', '--escape-formulas');
    expect(out).toContain('an apostrophe keeps spreadsheets from computing 5 cells');
    expect(readFileSync('harmless.csv', 'utf8').split('\n').slice(0, 6)).toEqual([
      "word,'=n",
      "'=cmd|'/C calc'!A1,1",
      "'+1+1,2",
      "'@SUM(A1),3",
      '-1.5,4',
      "'-x,5",
    ]);
    await fluxion('convert', 'formulas.csv', 'raw.csv');
    expect(readFileSync('raw.csv', 'utf8')).toBe(readFileSync('formulas.csv', 'utf8'));
  });
});

describe('rows that cannot be read', () => {
  it('are left out, and counted, by every command that is told to', async () => {
    writeFileSync('damaged.csv', [heading, ...people(0, 300), 'x,1', 'y,2,Paris,3,4,5', ''].join('\n'));
    for (const args of [['look'], ['train', '--target', 'income', '--epochs', '2', '--out', 'damaged']]) {
      const [command = '', ...rest] = args;
      const refused = await fluxion(command, 'damaged.csv', ...rest);
      expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('damaged.csv, line 302') });
    }
    const skip = ['--on-bad-row', 'skip'];
    expect((await fluxion('look', 'damaged.csv', ...skip)).out).toContain(
      '300 rows of 5 columns, without 2 that cannot be read',
    );
    const options = ['--target', 'income', '--epochs', '2', '--out', 'damaged'];
    const trained = await fluxion('train', 'damaged.csv', ...options, ...skip);
    expect(trained).toMatchObject({ code: 0, err: '' });
    expect(trained.out).toContain('rows left out, since they cannot be used: 2');
    expect(readFileSync('damaged.html', 'utf8')).toContain('rows left out, since they cannot be used: 2');
    const evaluated = await fluxion('evaluate', 'damaged.csv', '--model', 'damaged', ...skip);
    expect(evaluated.out).toMatch(/^300 examples/);
    const share = ['--on-bad-row', 'skip', '--max-bad-share', '0.001'];
    expect(await fluxion('convert', 'damaged.csv', 'whole.csv', ...share)).toMatchObject({
      ...{ code: 1, err: expect.stringContaining('or raise --max-bad-share; the first') },
    });
    expect((await fluxion('convert', 'damaged.csv', 'whole.csv', ...skip)).out).toBe(
      '300 rows in whole.csv\n',
    );
  });
});

describe('rows that cannot be used', () => {
  const rows = people(0, 300);
  beforeAll(async () => {
    csv('usable.csv', rows);
    await fluxion('train', 'usable.csv', '--target', 'income', '--epochs', '1', '--out', 'known');
  });

  it.each(['csv', 'arrow', 'parquet'])(
    'are left out, counted and written down by train, evaluate and predict: %s',
    async (format) => {
      // An infinity, and a class that the model does not know.
      const infinite = (rows[3] as string).replace(/,[^,]*/, ',inf');
      const unknown = (rows[4] as string).replace(/[^,]*$/, 'unheard');
      csv('spoilt.csv', [infinite, ...rows, unknown]);
      const data = `spoilt.${format}`;
      if (format !== 'csv') expect(await fluxion('convert', 'spoilt.csv', data)).toMatchObject({ code: 0 });
      const kept = (): readonly Record<string, unknown>[] =>
        readFileSync(`_refused-rows.${data}.jsonl`, 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line));
      const aside = ['--on-bad-row', 'quarantine'];

      const refused = await fluxion('evaluate', data, '--model', 'known');
      expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('Infinity') });
      const evaluated = await fluxion('evaluate', data, '--model', 'known', '--json', ...aside);
      expect(evaluated).toMatchObject({ code: 0, err: '' });
      expect(JSON.parse(evaluated.out)).toMatchObject({ examples: 300, badRows: 2 });
      expect(kept()).toMatchObject([
        { file: data, row: 0, reason: expect.stringContaining('got Infinity') },
        { file: data, row: 301, reason: expect.stringContaining("got 'unheard'") },
      ]);

      // Without its target a row has nothing that is not known.
      const predicted = await fluxion('predict', data, '--model', 'known', '--out', 'p.csv', ...aside);
      expect(predicted.out).toContain('301 predictions in p.csv; rows that cannot be used, left out: 1');
      const lines = readFileSync('p.csv', 'utf8').split('\n');
      expect(lines[0]).toMatch(format === 'csv' ? /^line,label/ : /^row,label/);
      expect(lines[1]).toMatch(format === 'csv' ? /^3,/ : /^1,/);
      expect(kept()).toHaveLength(1);

      const more = ['--model', 'known', '--epochs', '1', '--out', 'on', '--restart'];
      const trained = await fluxion('train', data, ...more, ...aside);
      expect(trained).toMatchObject({ code: 0, err: '' });
      expect(trained.out).toContain('rows left out, since they cannot be used: 2');
      expect(kept()).toHaveLength(2);
    },
  );

  it('are an error where they are too many', async () => {
    csv(
      'spoilt.csv',
      people(0, 100).map((row, i) => (i % 10 === 0 ? row.replace(/,[^,]*/, ',inf') : row)),
    );
    const options = ['--target', 'income', '--epochs', '1', '--out', 'spoilt', '--on-bad-row', 'skip'];
    expect(await fluxion('train', 'spoilt.csv', ...options)).toMatchObject({
      code: 1,
      err: expect.stringContaining('expected bad rows to be at most a share of 0.01'),
    });
    const trained = await fluxion('train', 'spoilt.csv', ...options, '--max-bad-share', '0.2');
    expect(trained).toMatchObject({ code: 0, err: '' });
    expect(trained.out).toContain('rows left out, since they cannot be used: 10');
  });
});

describe('fluxion train that leaves all open', () => {
  it('tries recipes on a small table, and says what it tried and took', async () => {
    const ran = await fluxion('train', 'few.csv', '--target', 'income', '--out', 'tried', '--json');
    const [plan, ...others] = events(ran);
    const tried = plan?.tried as readonly { hidden: number[]; epochs: number; loss: number }[];
    expect(tried.map(({ hidden }) => hidden.length)).toEqual([0, 0, 0, 1, 1, 1, 2]);
    const summary = others.at(-1);
    expect(tried.map(({ epochs }) => epochs)).toContain(summary?.epochs);
    expect(summary?.bestEpoch).toBe(summary?.epochs);
    const rest = ['--l2', '0.01', '--out', 'tried', '--restart'];
    const text = await fluxion('train', 'few.csv', '--target', 'income', ...rest);
    expect(text.out.match(/^tried .*: cross-validated loss [\d.]+ after \d+ epochs?/gm)).toHaveLength(3);
    expect(text.out.match(/\(taken\)$/gm)).toHaveLength(1);
  });

  it('tries what it is told to be trained with, each recipe once', async () => {
    const tried = async (...options: readonly string[]) => {
      const [plan] = events(await fluxion('train', 'few.csv', '--target', 'income', '--json', ...options));
      return plan?.tried as
        | undefined
        | readonly { readonly hidden: readonly number[]; readonly loss: number }[];
    };
    const l2 = ['--l2', '0.01'];
    const usual = await tried(...l2);
    expect(usual).toHaveLength(3);
    for (const option of [
      ['--l1', '10'],
      ['--decrease-constant', '100'],
      ['--schedule', 'cosine', '--warm-up', '0.9'],
    ]) {
      const others = await tried(...l2, ...option);
      expect(others).toHaveLength(3);
      for (const [i, { loss }] of usual?.entries() ?? []) expect(others?.[i]?.loss).not.toBe(loss);
    }
    expect(await tried(...l2, '--hidden', '4')).toBeUndefined();
  });

  it('learns logarithms of amounts where that is better, and gives them in their own units', async () => {
    const rows = Array.from({ length: 240 }, (_, i) => {
      const [a, b] = [(i * 37) % 101, (i * 53) % 89];
      return `${a},${b},${Math.exp(a / 16 - b / 20 + ((i * 7) % 5) / 10).toFixed(2)}`;
    });
    writeFileSync('amounts.csv', ['a,b,y', ...rows, ''].join('\n'));
    const [plan, ...others] = events(
      await fluxion('train', 'amounts.csv', '--target', 'y', '--out', 'amounts', '--json'),
    );
    const tried = plan?.tried as readonly { trainedWith: string; loss: number }[];
    expect(tried.map(({ trainedWith }) => trainedWith)).toEqual([
      ...new Array(7).fill('squaredError'),
      ...new Array(7).fill('poisson'),
    ]);
    expect(plan?.loss).toBe('poisson');
    const { validation, baseline } = others.at(-1) as unknown as Record<string, Record<string, number>>;
    expect(validation?.r2).toBeGreaterThan(0.8);
    expect(validation?.loss).toBeLessThan(baseline?.loss as number);
    const [evaluation] = events(await fluxion('evaluate', 'amounts.csv', '--model', 'amounts', '--json'));
    await fluxion('predict', 'amounts.csv', '--model', 'amounts', '--out', 'amounts-said.csv');
    const [, ...said] = readFileSync('amounts-said.csv', 'utf8').trimEnd().split('\n');
    const squares = said.map((value, i) => (Number(value) - Number(rows[i]?.split(',')[2])) ** 2);
    expect(Math.sqrt(squares.reduce((sum, one) => sum + one, 0) / squares.length)).toBeCloseTo(
      evaluation?.rmse as number,
      3,
    );
  });

  it('tries nothing where the epochs are given', async () => {
    const options = ['--target', 'income', '--epochs', '1', '--json', '--out', 'given'];
    const [plan] = events(await fluxion('train', 'people.csv', ...options));
    expect(plan).not.toHaveProperty('tried');
  });

  it('goes on with the mean of the weights as if it had not been stopped', async () => {
    const options = ['--target', 'income', '--input', 'age', 'city', '--quiet', '--validation', '0.2'];
    await fluxion('train', 'people.csv', ...options, '--epochs', '4', '--out', 'mean4');
    await fluxion('train', 'people.csv', ...options, '--epochs', '1', '--out', 'mean');
    await fluxion('train', 'people.csv', '--quiet', '--model', 'mean', '--epochs', '3', '--out', 'mean');
    const [whole, parts] = ['mean4', 'mean'].map((model) => readFileSync(`${model}/weights.safetensors`));
    expect(whole?.equals(parts ?? Buffer.of())).toBe(true);
  });
});

describe('fluxion train on a table that cannot be learned from', () => {
  const rows = (target: (i: number) => string): string =>
    ['a,b,y', ...Array.from({ length: 60 }, (_, i) => `${(i * 7) % 11},${i % 13},${target(i)}`), ''].join(
      '\n',
    );

  it.each([
    [
      'a target that is a gap in every row',
      () => '',
      "column 'y': expected a target, got a gap in every row",
    ],
    ['one class alone', () => 'yes', "column 'y': expected names of two classes or more, got 'yes' alone"],
    [
      'the same number in every row',
      () => '3.5',
      "column 'y': expected numbers that differ, got 3.5 in every row",
    ],
    ['a class for each row', (i: number) => `w${i}`, "column 'y': expected classes that come again, got 60"],
  ])('refuses %s', async (_, target, text) => {
    writeFileSync('bad.csv', rows(target));
    expect(await fluxion('train', 'bad.csv', '--target', 'y', '--out', 'bad')).toMatchObject({
      code: 1,
      err: expect.stringContaining(text),
    });
    expect(existsSync('bad')).toBe(false);
  });

  it('lowers the rate on a plateau, and goes on with it', async () => {
    const begin = ['people.csv', '--target', 'income', '--input', 'city', '--hidden', 'none'];
    const rate = ['--schedule', 'plateau', '--patience', '4', '--learning-rate', '1', '--average', '0'];
    const train = (...options: readonly string[]): Promise<Ran> =>
      fluxion('train', ...options, ...rate, '--batch-size', '64', '--quiet');
    await train(...begin, '--epochs', '6', '--out', 'plateau6');
    await train(...begin, '--epochs', '3', '--out', 'plateau');
    await train('people.csv', '--model', 'plateau', '--epochs', '3', '--out', 'plateau');
    const [whole, parts] = [await loadTraining('plateau6'), await loadTraining('plateau')];
    const [, , reductions = 0] = elements(whole.saved.get('plateau')?.tensors.get('counts') ?? tensor([]));
    expect(reductions).toBeGreaterThan(0);
    expect(parts.saved.get('plateau')).toEqual(whole.saved.get('plateau'));
    const weights = ['plateau6', 'plateau'].map((model) => readFileSync(`${model}/weights.safetensors`));
    expect(weights[0]?.equals(weights[1] ?? Buffer.of())).toBe(true);
  });

  it('changes the rate by a schedule, and says so', async () => {
    const options = [
      '--target',
      'income',
      '--epochs',
      '2',
      '--quiet',
      '--out',
      'cosine',
      '--schedule',
      'cosine',
    ];
    await fluxion('train', 'people.csv', ...options, '--warm-up', '0.1');
    const { out } = await fluxion('inspect', '--model', 'cosine');
    expect(out).toContain('learning rate 0.005, schedule cosine, warm-up 0.1');
    const both = await fluxion('train', 'people.csv', ...options, '--decrease-constant', '0.1', '--restart');
    expect(both).toMatchObject({
      code: 2,
      err: expect.stringContaining('--decrease-constant: expected none'),
    });
  });
});

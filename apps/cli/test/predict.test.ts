import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Table, tableFromIPC } from 'apache-arrow';
import { beforeAll, describe, expect, it } from 'vitest';
import { enterNewFolder, kinds, picturesFile, pointsFile } from './files.js';
import { events, fluxion } from './fluxion.js';

const folder = enterNewFolder();
const train = ['--input', 'x', 'y', '--hidden', '16', '--learning-rate', '0.02', '--epochs', '20', '--quiet'];
const sorted = [...kinds].sort();

beforeAll(async () => {
  pointsFile(folder, 'points.arrow', 500);
  pointsFile(folder, 'others.arrow', 1500, 7);
  picturesFile(folder, 'pictures.arrow', 50);
  const models = await Promise.all([
    fluxion('train', 'points.arrow', '--target', 'kind', ...train, '--out', 'kinds'),
    fluxion('train', 'points.arrow', '--target', 'id', ...train, '--out', 'ids'),
    fluxion(
      'train',
      'points.arrow',
      '--target',
      'yes',
      '--loss',
      'binaryCrossEntropy',
      ...train,
      '--out',
      'yesOrNo',
    ),
    fluxion('train', 'points.arrow', '--target', 'price', ...train, '--out', 'prices'),
    fluxion('train', 'points.arrow', '--target', 'price', '--target', 'kind', ...train, '--out', 'two'),
    fluxion(
      'train',
      'pictures.arrow',
      '--input',
      'picture',
      '--target',
      'picture',
      '--epochs',
      '1',
      '--quiet',
      '--out',
      'autoencoder',
    ),
  ]);
  expect(models).toEqual(models.map(() => ({ code: 0, out: '', err: '' })));
});

function arrow(file: string): Table {
  return tableFromIPC(readFileSync(join(folder, file)));
}

function column(table: Table, name: string): unknown[] {
  return [...(table.getChild(name) ?? [])];
}

async function predicted(model: string, data: string, out: string): Promise<void> {
  expect(await fluxion('predict', data, '--model', model, '--out', out, '--quiet')).toEqual({
    code: 0,
    out: '',
    err: '',
  });
}

function shareRight(answers: readonly unknown[], truth: readonly unknown[]): number {
  expect(answers).toHaveLength(truth.length);
  return answers.filter((answer, i) => answer === truth[i]).length / truth.length;
}

describe('fluxion predict', () => {
  it('writes names and a list of probabilities to Arrow, in the order of the rows', async () => {
    await predicted('kinds', 'others.arrow', 'kinds.arrow');
    const table = arrow('kinds.arrow');
    expect(table.schema.fields.map(({ name, type }) => `${name}: ${type}`)).toEqual([
      'label: Dictionary<Int32, Utf8>',
      'probabilities: FixedSizeList[3]<Float32>',
    ]);
    const labels = column(table, 'label');
    expect(shareRight(labels, column(arrow('others.arrow'), 'kind'))).toBeGreaterThan(0.9);
    for (const [row, list] of column(table, 'probabilities').entries()) {
      const probabilities = [...(list as Iterable<number>)];
      expect(probabilities.reduce((sum, p) => sum + p)).toBeCloseTo(1, 5);
      expect(sorted[probabilities.indexOf(Math.max(...probabilities))]).toBe(labels[row]);
    }
  });

  it('writes the same numbers to CSV, a column for each class', async () => {
    await predicted('kinds', 'points.arrow', 'same.arrow');
    await predicted('kinds', 'points.arrow', 'same.csv');
    const lines = readFileSync(join(folder, 'same.csv'), 'utf8').split('\n');
    expect(lines[0]).toBe('label,"probability_a ""big"", cat",probability_dog,probability_owl');
    expect(lines.at(-1)).toBe('');
    const table = arrow('same.arrow');
    const written = column(table, 'label').map((label, row) => {
      const quoted = label === kinds[1] ? '"a ""big"", cat"' : label;
      const numbers = (column(table, 'probabilities')[row] as { toArray(): Float32Array }).toArray();
      return [quoted, ...numbers];
    });
    const read = lines.slice(1, -1).map((line) => {
      const [, label, ...numbers] = /^("(?:[^"]|"")*"|[^,]*),([^,]+),([^,]+),([^,]+)$/.exec(line) ?? [];
      return [label, ...numbers.map((number) => Math.fround(Number(number)))];
    });
    expect(read).toEqual(written);
  });

  it('writes classes that are numbers as they are in the table', async () => {
    await predicted('ids', 'others.arrow', 'ids.arrow');
    await predicted('ids', 'others.arrow', 'ids.csv');
    const table = arrow('ids.arrow');
    expect(String(table.schema.fields[0]?.type)).toBe('Dictionary<Int32, Utf8>');
    const truth = column(arrow('others.arrow'), 'id').map(String);
    expect(shareRight(column(table, 'label'), truth)).toBeGreaterThan(0.9);
    expect(readFileSync(join(folder, 'ids.csv'), 'utf8')).toMatch(
      /^label,probability_0,probability_1,probability_2\n[012],/,
    );
  });

  it('writes yes or no with its probability', async () => {
    await predicted('yesOrNo', 'others.arrow', 'yes.arrow');
    await predicted('yesOrNo', 'others.arrow', 'yes.csv');
    const table = arrow('yes.arrow');
    const labels = column(table, 'label');
    expect(labels).toEqual(column(table, 'probability_1').map((p) => ((p as number) > 0.5 ? '1' : '0')));
    expect(shareRight(labels, column(arrow('others.arrow'), 'yes').map(String))).toBeGreaterThan(0.9);
    expect(readFileSync(join(folder, 'yes.csv'), 'utf8')).toMatch(/^label,probability_1\n[01],/);
  });

  it('writes numbers: one, one for each column, or a list', async () => {
    await predicted('prices', 'others.arrow', 'prices.arrow');
    const prices = column(arrow('prices.arrow'), 'prediction') as number[];
    const truth = column(arrow('others.arrow'), 'price') as number[];
    const squares = prices.map((price, i) => (price - (truth[i] as number)) ** 2);
    expect(squares.reduce((sum, square) => sum + square) / squares.length).toBeLessThan(0.05);

    await predicted('two', 'others.arrow', 'two.csv');
    expect(readFileSync(join(folder, 'two.csv'), 'utf8')).toMatch(
      /^prediction_price,label_kind,"probability_kind_a ""big"", cat",probability_kind_dog,probability_kind_owl\n-?[\d.]+,/,
    );
    await predicted('two', 'others.arrow', 'two.arrow');
    const two = arrow('two.arrow');
    expect(two.schema.fields.map(({ name }) => name)).toEqual([
      'prediction_price',
      'label_kind',
      'probabilities_kind',
    ]);
    expect(shareRight(column(two, 'label_kind'), column(arrow('others.arrow'), 'kind'))).toBeGreaterThan(0.9);
    await predicted('autoencoder', 'pictures.arrow', 'pictures-again.arrow');
    const { fields } = arrow('pictures-again.arrow').schema;
    expect(fields.map(({ name, type }) => `${name}: ${type}`)).toEqual([
      'prediction: FixedSizeList[4]<Float32>',
    ]);
    await predicted('autoencoder', 'pictures.arrow', 'pictures-again.csv');
    expect(readFileSync(join(folder, 'pictures-again.csv'), 'utf8')).toMatch(
      /^prediction_0,prediction_1,prediction_2,prediction_3\n/,
    );
  });

  it('prints CSV, and nothing else, where the file is -', async () => {
    await predicted('kinds', 'points.arrow', 'printed.csv');
    const { code, out, err } = await fluxion('predict', 'points.arrow', '--model', 'kinds', '--out', '-');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe(readFileSync(join(folder, 'printed.csv'), 'utf8'));
    const json = await fluxion('predict', 'points.arrow', '--model', 'kinds', '--out', '-', '--json');
    expect(json.err).toMatch(/--json: expected a file for the predictions/);
  });

  it('tells how many there were, in words or as JSON', async () => {
    const words = await fluxion('predict', 'others.arrow', '--model', 'ids', '--out', 'told.csv');
    expect(words).toEqual({ code: 0, out: '1,500 predictions in told.csv\n', err: '' });
    const json = await fluxion('predict', 'others.arrow', '--model', 'ids', '--out', 'told.csv', '--json');
    expect(events(json)).toEqual([{ event: 'summary', examples: 1500, out: 'told.csv' }]);
  });

  it('leaves an older file whole, and nothing beside it, when it fails', async () => {
    writeFileSync(join(folder, 'older.csv'), 'older');
    const { code, err } = await fluxion(
      'predict',
      'pictures.arrow',
      '--model',
      'kinds',
      '--out',
      'older.csv',
    );
    expect(code).toBe(1);
    expect(err).toMatch(
      /^fluxion predict: pictures\.arrow: expected the columns that the model was fitted on, got a table without 'x', 'y'; give one that has them/,
    );
    expect(readFileSync(join(folder, 'older.csv'), 'utf8')).toBe('older');
    expect(readdirSync(folder).filter((name) => name.startsWith('older'))).toEqual(['older.csv']);
  });

  it.each([
    [
      'predictions.txt',
      2,
      "fluxion predict: --out: expected a name that ends in .arrow or .csv, or -, got 'predictions.txt'; see fluxion predict --help\n",
    ],
    [
      'points.arrow',
      1,
      "fluxion predict: --out: expected a file other than the data, got 'points.arrow', the data itself; name another file\n",
    ],
  ])('refuses to write %s', async (out, code, err) => {
    expect(await fluxion('predict', 'points.arrow', '--model', 'kinds', '--out', out)).toEqual({
      code,
      out: '',
      err,
    });
  });

  it('refuses a file where none can be written', async () => {
    const { code, err } = await fluxion(
      'predict',
      'points.arrow',
      '--model',
      'kinds',
      '--out',
      'nowhere/x.csv',
    );
    expect(code).toBe(1);
    expect(err).toMatch(/^fluxion predict: nowhere\/x\.csv: expected a file to write, .*\n$/);
  });
});

describe('fluxion evaluate', () => {
  it('prints loss and accuracy, of classes by the names of the model', async () => {
    const json = await fluxion('evaluate', 'others.arrow', '--model', 'kinds', '--target', 'word', '--json');
    const [evaluation, ...others] = events(json);
    expect(others).toEqual([]);
    expect(Object.keys(evaluation ?? {})).toEqual([
      'event',
      'examples',
      'loss',
      'accuracy',
      'balancedAccuracy',
      'f1',
    ]);
    expect(evaluation).toMatchObject({ event: 'evaluation', examples: 1500 });
    expect(evaluation?.accuracy).toBeGreaterThan(0.9);
    expect(evaluation?.loss).toBeLessThan(0.3);

    await predicted('kinds', 'others.arrow', 'judged.arrow');
    const right = shareRight(column(arrow('judged.arrow'), 'label'), column(arrow('others.arrow'), 'kind'));
    expect(evaluation?.accuracy).toBeCloseTo(right, 10);
  });

  it('compares with the target of the model where none is named', async () => {
    const known = await fluxion('evaluate', 'others.arrow', '--model', 'kinds', '--json');
    expect(known).toMatchObject({ code: 0, err: '' });
    expect(known).toEqual(
      await fluxion('evaluate', 'others.arrow', '--model', 'kinds', '--target', 'kind', '--json'),
    );
  });

  it('prints errors of numbers in their own units', async () => {
    const { out } = await fluxion('evaluate', 'others.arrow', '--model', 'prices', '--target', 'price');
    expect(out).toMatch(/^1,500 examples, loss [\d.e-]+, RMSE [\d.]+, MAE [\d.]+, R² [\d.]+\n$/);
    const json = await fluxion(
      'evaluate',
      'others.arrow',
      '--model',
      'prices',
      '--target',
      'price',
      '--json',
    );
    const number = expect.any(Number);
    expect(events(json)).toEqual([
      { event: 'evaluation', examples: 1500, loss: number, rmse: number, mae: number, r2: number },
    ]);
  });

  it.each([
    [
      ['others.arrow', '--model', 'kinds', '--target', 'nothing'],
      2,
      /--target: expected a column of others\.arrow, .*, got nothing/,
    ],
    [['others.arrow', '--model', 'points.arrow', '--target', 'kind'], 1, /points\.arrow/],
    [
      ['others.arrow', '--target', 'kind'],
      2,
      /required option '--model <folder>' not specified; see fluxion evaluate --help/,
    ],
  ])('fails with one sentence: %j', async (args, code, text) => {
    const ran = await fluxion('evaluate', ...args);
    expect(ran.err).toMatch(text);
    expect(ran.err.trimEnd().split('\n')).toHaveLength(1);
    expect([ran.code, ran.out]).toEqual([code, '']);
  });
});

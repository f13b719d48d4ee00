import { writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  csvFile,
  files,
  fitEncoder,
  graph,
  loadModel,
  loadTraining,
  newestCheckpoint,
  openByName,
  predictRow,
  readGraph,
  saveTraining,
  writeParquet,
} from '../src/index.js';
import { enterNewFolder } from './files.js';
import { fluxion } from './fluxion.js';

enterNewFolder();
const old = { age: 60, city: 'Rome' };

beforeAll(async () => {
  const rows = Array.from({ length: 60 }, (_, i) => {
    const age = 20 + ((7 * i) % 41);
    return `${age},${i % 2 ? 'Paris' : 'Rome'},${age > 40 ? 'high' : 'low'}`;
  });
  writeFileSync('people.csv', ['age,city,income', ...rows, ''].join('\n'));
  const trained = await fluxion(
    ...['train', 'people.csv', '--target', 'income', '--out', 'income', '--epochs', '20', '--quiet'],
  );
  expect(trained).toMatchObject({ code: 0, err: '' });
});

describe('what the command saved', () => {
  it('predicts a plain object in a program', async () => {
    const { model, encoder } = await loadModel('income');
    expect(encoder?.classes).toEqual(['high', 'low']);
    expect(predictRow(model, old)).toMatchObject({ class: 'high' });
  });

  it('goes on in a program, as do the checkpoints of one', async () => {
    const { model, saved, position } = await loadTraining('income');
    expect([...saved.keys()]).toContain('optimizer');
    await saveTraining('income.checkpoints/step-1', model, { saved: {}, position });
    const newest = await newestCheckpoint('income.checkpoints');
    expect(newest && predictRow(newest.model, old)).toEqual(predictRow(model, old));
  });
});

describe('a graph of JSON', () => {
  it('is read without naming the boxes', async () => {
    const boxes = { logits: { kind: 'linear', units: 2, children: ['x'] } };
    writeFileSync('graph.json', JSON.stringify({ inputs: { x: [3] }, boxes, outputs: ['logits'] }));
    expect(graph(await readGraph('graph.json')).parameters).toHaveLength(2);
  });
});

describe('Parquet', () => {
  it('is one of the formats of files and openByName', async () => {
    await writeParquet('part-1.parquet', csvFile('people.csv'));
    for (const source of [files('part-*.parquet'), openByName('part-1.parquet')]) {
      const encoder = await fitEncoder(source, { target: 'income' });
      expect(encoder.inputs).toEqual((await fitEncoder(csvFile('people.csv'), { target: 'income' })).inputs);
    }
  });
});

import { tableFromIPC } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { arrowPredictions } from './arrowPredictions.js';
import { csvPredictions } from './csvPredictions.js';
import type { OutputPrediction, PredictionLayout } from './predictionLayout.js';

const layout: PredictionLayout = {
  label: { heading: 'label', names: ['no', 'yes, "really"'] },
  headings: ['probability_no', 'probability_yes'],
  list: 'probabilities',
  dtype: 'float32',
};

/** A file in memory. */
function memory(): { bytes(): Uint8Array; write(bytes: Uint8Array): void } {
  const chunks: Uint8Array[] = [];
  return { bytes: () => Buffer.concat(chunks), write: (bytes) => void chunks.push(bytes.slice()) };
}

function prediction(...shares: readonly number[]): [rows: number, [OutputPrediction]] {
  const numbers = Float32Array.from(shares.flatMap((share) => [1 - share, share]));
  return [shares.length, [{ numbers, labels: Int32Array.from(shares, (share) => (share > 0.5 ? 1 : 0)) }]];
}

describe.each([
  ['arrowPredictions', arrowPredictions],
  ['csvPredictions', csvPredictions],
])('%s', (_, writerOf) => {
  it('keeps nothing back: what is written is in the file at once', () => {
    const file = memory();
    const writer = writerOf([layout], file);
    let before = file.bytes().length;
    expect(before).toBeGreaterThan(0);
    for (let i = 0; i < 3; i++) {
      writer.write(...prediction(0.25, 0.75));
      const after = file.bytes().length;
      expect(after - before).toBeGreaterThan(16);
      before = after;
    }
  });
});

describe('arrowPredictions', () => {
  it('is a file without rows where there are none', () => {
    const file = memory();
    const writer = arrowPredictions([layout], file);
    writer.write(...prediction());
    writer.end();
    const table = tableFromIPC(file.bytes());
    expect(table.numRows).toBe(0);
    expect(table.schema.fields.map(({ name }) => name)).toEqual(['label', 'probabilities']);
  });

  it('writes the names once, and a batch for each minibatch', () => {
    const file = memory();
    const writer = arrowPredictions([layout], file);
    for (const share of [0.25, 0.75]) writer.write(...prediction(share, 1));
    writer.end();
    const text = Buffer.from(file.bytes()).toString('latin1');
    expect(text.split('really').length - 1).toBe(1);
    const table = tableFromIPC(file.bytes());
    expect(table.batches).toHaveLength(2);
    expect([...(table.getChild('label') ?? [])]).toEqual([
      'no',
      'yes, "really"',
      'yes, "really"',
      'yes, "really"',
    ]);
  });
});

describe('csvPredictions', () => {
  it('quotes what CSV would misread', () => {
    const file = memory();
    const writer = csvPredictions([layout], file);
    writer.write(...prediction(0.25, 0.75));
    writer.end();
    expect(Buffer.from(file.bytes()).toString()).toBe(
      'label,probability_no,probability_yes\nno,0.75,0.25\n"yes, ""really""",0.25,0.75\n',
    );
  });
});

describe('csvPredictions', () => {
  it.each([
    ["=cmd|'/C calc'!A1", "'=cmd|'/C calc'!A1"],
    ['@SUM(1,2)', '"\'@SUM(1,2)"'],
    ['+more', "'+more"],
    ['-1.5e3', '-1.5e3'],
    ['a=b', 'a=b'],
  ])('writes the label %s so that no spreadsheet computes it', (name, cell) => {
    const file = memory();
    const writer = csvPredictions([{ ...layout, label: { heading: 'label', names: ['no', name] } }], file);
    writer.write(...prediction(0.75));
    expect(Buffer.from(file.bytes()).toString().split('\n')[1]).toBe(`${cell},0.25,0.75`);
  });
});

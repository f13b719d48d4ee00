import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  Bool,
  type DataType,
  Dictionary,
  Field,
  FixedSizeList,
  Float32,
  Int8,
  Int32,
  Int64,
  Table,
  TimestampMillisecond,
  tableToIPC,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readColumns } from '../../../../test/readColumns.js';
import { temporaryFolder } from '../../../../test/temporaryFolder.js';
import { arrowFile } from '../arrowFile.js';

const lists = new FixedSizeList(2, new Field('item', new Float32(), true));
const types: Readonly<Record<string, readonly [DataType, (i: number) => unknown]>> = {
  float: [new Float32(), (i) => i / 2],
  byte: [new Int8(), (i) => (i % 200) - 100],
  long: [new Int64(), (i) => BigInt(i) * 10n ** 12n],
  truth: [new Bool(), (i) => i % 3 === 0],
  word: [new Utf8(), (i) => 'ü'.repeat(i % 5)],
  date: [new TimestampMillisecond(), (i) => new Date(i * 1e8)],
  code: [new Dictionary(new Utf8(), new Int32(), 7), (i) => `w${i % 4}`],
  list: [lists, (i) => [i, -i]],
};

/** The rows of a table with gaps as the file has them, in batches of these sizes. */
function inBatches(sizes: readonly number[], gap: number): Uint8Array {
  const rows = sizes.reduce((sum, size) => sum + size, 0);
  const columns: Record<string, Vector> = {};
  for (const [name, [type, value]] of Object.entries(types)) {
    const cells = Array.from({ length: rows }, (_, i) => (i % gap === 1 ? null : value(i)));
    columns[name] = vectorFromArray(cells, type);
  }
  const whole = new Table(columns);
  let from = 0;
  const batches = sizes.flatMap((size) => {
    from += size;
    return whole.slice(from - size, from).batches;
  });
  return tableToIPC(new Table(whole.schema, batches), 'file');
}

describe('joinBatches', () => {
  it('gives the rows of small batches as those of one, gaps and all', async () => {
    const folder = await temporaryFolder();
    const [small, whole] = [join(folder, 'small.arrow'), join(folder, 'whole.arrow')];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 12 }),
        fc.constantFrom(2, 7, 1000),
        async (sizes, gap) => {
          await writeFile(small, inBatches(sizes, gap));
          const rows = sizes.reduce((sum, size) => sum + size, 0);
          await writeFile(whole, inBatches([rows], gap));
          const open = await arrowFile(small).open();
          expect(await open.read(0, 1000, [...Object.keys(types).keys()])).toHaveProperty('rows', rows);
          await open.close();
          expect(await readColumns(arrowFile(small))).toEqual(await readColumns(arrowFile(whole)));
        },
      ),
      { numRuns: 50 },
    );
  });
});

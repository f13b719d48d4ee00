import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Data,
  type DataType,
  DateDay,
  DateMillisecond,
  DurationMillisecond,
  Field,
  Table,
  Time,
  TimeMillisecond,
  TimestampSecond,
  tableToIPC,
  vectorFromArray,
} from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { fixture } from '../../../../test/fixture.js';
import { temporaryFolder } from '../../../../test/temporaryFolder.js';
import { numbers } from '../../../encode/cells/numbers.js';
import { arrowFile } from '../arrowFile.js';
import { columnLayouts } from '../batches/columnLayout.js';
import { arrowType } from './arrowType.js';
import { FlatTable } from './flatTable.js';

/** A table of a FlatBuffer without any field: all have their defaults. */
function emptyTable(): FlatTable {
  const view = new DataView(new ArrayBuffer(12));
  view.setUint16(4, 4, true);
  view.setUint16(6, 4, true);
  view.setInt32(8, 4, true);
  return new FlatTable(view, 8);
}

const day = Date.parse('2024-05-31');

describe('arrowType', () => {
  it('takes an absent width of a time for 32 bits, as the format does', () => {
    const type = arrowType(9, emptyTable(), []);
    expect(String(type)).toBe(String(new Time(1, 32)));
  });

  it.each<[string, DataType, unknown, number]>([
    ['days', new DateDay(), new Date(day), day],
    ['dates', new DateMillisecond(), new Date(day), day],
    ['times', new TimeMillisecond(), 1500, 1500],
    ['durations', new DurationMillisecond(), 1500n, 1500],
    ['timestamps', new TimestampSecond(), day, day],
  ])('reads units that are not written, since they are the default: %s', async (_, type, value, expected) => {
    const path = join(await temporaryFolder(), 'a.arrow');
    const table = new Table({ x: vectorFromArray([value, value], type) });
    await writeFile(path, tableToIPC(table, 'file'));
    const open = await arrowFile(path).open();
    expect(String(open.schema.fields[0]?.type)).toBe(String(type));
    const block = await open.read(0, 9, [0]);
    expect(Array.from(await numbers.ofColumn(block?.columns[0] as Data, {}))).toEqual([expected, expected]);
    await open.close();
  });

  it('reads decimals whose width is not written, since 128 bits are the default', async () => {
    const open = await arrowFile(fixture('types.arrow')).open();
    const field = open.schema.fields.findIndex(({ name }) => name === 'unused_decimal');
    const block = await open.read(0, 3, [field]);
    expect(Array.from(await numbers.ofColumn(block?.columns[0] as Data, {}))).toEqual([0, 1, 2]);
    await open.close();
  });

  it('refuses a map of what are no keys and values, which the library could not name', () => {
    expect(() => arrowType(17, emptyTable(), [new Field('entries', new DateDay())])).toThrow(
      'expected a map of keys and values, got one of Date32<DAY>',
    );
  });

  it.each([
    [22, 'RunEndEncoded', 0],
    [25, 'ListView', 3],
    [26, 'LargeListView', 3],
  ])('knows type %i, %s, so that it can be passed over', (id, name, buffers) => {
    const type = arrowType(id, emptyTable(), []);
    expect(String(type)).toBe(name);
    const regions = Array.from({ length: buffers }, (_, i) => ({ start: 8 * i, length: 8 }));
    const batch = { rows: 2, nodes: [{ length: 2, nulls: 0 }], regions, variadicCounts: [] };
    const [layout] = columnLayouts(batch, [type], 4);
    expect(layout?.regions).toEqual(regions);
  });
});

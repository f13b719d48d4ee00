import { Time } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { arrowType } from './arrowType.js';
import { columnLayouts } from './columnLayout.js';
import { FlatTable } from './flatTable.js';

/** A table of a FlatBuffer without any field: all have their defaults. */
function emptyTable(): FlatTable {
  const view = new DataView(new ArrayBuffer(12));
  view.setUint16(4, 4, true);
  view.setUint16(6, 4, true);
  view.setInt32(8, 4, true);
  return new FlatTable(view, 8);
}

describe('arrowType', () => {
  it('takes an absent width of a time for 32 bits, as the format does', () => {
    const type = arrowType(9, emptyTable(), []);
    expect(String(type)).toBe(String(new Time(0, 32)));
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

import { createReadStream } from 'node:fs';
import { DataError, OptionError } from '@fluxion/tensor';
import { expect, describe as group, it } from 'vitest';
import { fixture } from '../../../test/fixture.js';
import { dictionary, utf8 } from '../../../test/strings.js';
import { byteLists, floats, ints, numberedRows, tableOf } from '../../../test/tables.js';
import { watched } from '../../../test/watchedSource.js';
import { arrowFile } from '../../sources/arrow/arrowFile.js';
import { arrowStream } from '../../sources/arrow/arrowStream.js';
import { arrowTable } from '../../sources/arrow/arrowTable.js';
import type { ColumnOptions } from './columnOptions.js';
import { describe } from './describe.js';

const types = arrowFile(fixture('types.arrow'));

group('describe', () => {
  it('infers shapes, classes and rows', async () => {
    expect(await describe(types, { input: 'bytes', target: 'class' })).toEqual({
      inputs: { input: { columns: ['bytes'], shape: [3], scale: 1 / 255 } },
      targets: { target: { kind: 'labels', columns: ['class'], classes: 3 } },
      rows: 10,
    });
  });

  it('describes several inputs and targets by name', async () => {
    const description = await describe(types, {
      input: { table: ['int8', 'float32'], matrix: 'matrix' },
      target: { category: 'category', flag: 'bool', number: ['float32', 'float64'], class: 'class' },
      targetKind: { class: 'values' },
      scale: { matrix: 0.5 },
    });
    expect(description).toEqual({
      inputs: {
        table: { columns: ['int8', 'float32'], shape: [2], scale: 1 },
        matrix: { columns: ['matrix'], shape: [3, 2], scale: 0.5 },
      },
      targets: {
        category: { kind: 'labels', columns: ['category'], classes: 3, names: ['ant', 'cat', 'dog'] },
        flag: { kind: 'labels', columns: ['bool'], classes: 2 },
        number: { kind: 'values', columns: ['float32', 'float64'], shape: [2], scale: 1, size: 2 },
        class: { kind: 'values', columns: ['class'], shape: [1], scale: 1, size: 1 },
      },
      rows: 10,
    });
  });

  it('collects the names in strings and dictionaries of all blocks, sorted', async () => {
    const source = arrowTable(
      tableOf(
        { x: floats(1, 2), plain: utf8('b', 'B'), code: dictionary([0, 1], ['z', 'y', 'unused']) },
        { x: floats(1, 2), plain: utf8('a', 'b'), code: dictionary([0, 1], ['y', 'x']) },
      ),
    );
    const { targets } = await describe(source, { input: 'x', target: { plain: 'plain', code: 'code' } });
    expect(targets.plain).toEqual({ kind: 'labels', columns: ['plain'], classes: 3, names: ['B', 'a', 'b'] });
    expect(targets.code).toMatchObject({ classes: 4, names: ['unused', 'x', 'y', 'z'] });
  });

  it('goes through streams, and counts their rows', async () => {
    const source = arrowStream(() => createReadStream(fixture('deltas.arrows')));
    expect(await describe(source, { input: 'x', target: 'name' })).toMatchObject({
      targets: { target: { names: ['a', 'b', 'c'] } },
      rows: 8,
    });
    expect(await describe(source, { input: 'x' })).not.toHaveProperty('rows');
  });

  it('reads no block when nothing has to be counted', async () => {
    const source = watched(arrowTable(tableOf({ x: byteLists([1, 2]), label: ints(1), name: utf8('a') })));
    await describe(source, { input: 'x' });
    const { targets } = await describe(source, {
      input: 'x',
      target: { label: 'label', name: 'name' },
      classes: { label: 7 },
      labelNames: { name: ['b', 'a'] },
    });
    expect(targets).toMatchObject({ label: { classes: 7 }, name: { classes: 2, names: ['b', 'a'] } });
    expect(source.reads).toEqual([]);
    expect([source.opened, source.closed]).toEqual([2, 2]);
  });

  it('refuses labels that no model has classes for, unless the options say that there are so many', async () => {
    const huge = tableOf(
      { x: floats(1, 2), label: ints(2 ** 20 - 1, 0) },
      { x: floats(3), label: ints(2e9) },
    );
    const options = { input: 'x', target: 'label' };
    await expect(describe(arrowTable(huge, 'huge'), options)).rejects.toThrow(
      "huge, row 2, column 'label': expected a label, a whole number from 0 to 1048575, got 2000000000; check the column, or raise the number of classes",
    );
    const { targets } = await describe(arrowTable(huge), { ...options, classes: 2e9 + 1 });
    expect(targets.target).toMatchObject({ classes: 2e9 + 1 });
    const large = arrowTable(tableOf({ x: floats(1), label: ints(2 ** 20 - 1) }));
    expect((await describe(large, options)).targets.target).toMatchObject({ classes: 2 ** 20 });
  });

  it('names what cannot be used, and closes the source', async () => {
    const source = watched(types);
    await expect(describe(source, { input: 'int8', target: 'int8' })).rejects.toThrow(
      "row 0, column 'int8': expected a label",
    );
    await expect(describe(source, { input: 'colour' })).rejects.toThrow(DataError);
    expect([source.opened, source.closed]).toEqual([2, 2]);
    await expect(describe(arrowTable(numberedRows([])), { input: 'x', target: 'label' })).rejects.toThrow(
      "table, column 'label': expected at least one label, got none; give data with rows",
    );
    await expect(describe(types, { input: 'int8', classes: -1 })).rejects.toThrow(OptionError);
    await expect(describe(types, { input: 'int8', tagret: 'class' } as ColumnOptions)).rejects.toThrow(
      "got 'tagret'; did you mean 'target'?",
    );
    await expect(describe(types, { input: 'int8' }, AbortSignal.abort())).rejects.toThrow('aborted');
  });
});

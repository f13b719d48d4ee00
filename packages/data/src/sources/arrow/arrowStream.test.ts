import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { DataError, StateError } from '@fluxion/tensor';
import { tableToIPC } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { collect, inputsOf } from '../../../test/collect.js';
import { fixture } from '../../../test/fixture.js';
import { declareBigEndian, fieldOf, streamSchema, tableAt, view } from '../../../test/flatField.js';
import { numberedRows } from '../../../test/tables.js';
import type { ExamplesOptions } from '../../examples/examples.js';
import type { ByteInput } from '../byteReader.js';
import { arrowStream } from './arrowStream.js';

const columns = { input: 'x', target: 'label' } as const;
const bytes = tableToIPC(numberedRows([3, 2, 4]), 'stream');
const rows = [0, 1, 2, 3, 4, 5, 6, 7, 8];

function pieces(length: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / length) }, (_, i) =>
    bytes.subarray(i * length, (i + 1) * length),
  );
}

async function failure(input: Uint8Array, options: ExamplesOptions = columns): Promise<DataError> {
  const stream = (): ByteInput => Readable.from([input]);
  const error: unknown = await collect(arrowStream(stream, 'numbers'), options).catch(
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(DataError);
  return error as DataError;
}

describe('arrowStream', () => {
  it.each([1, 3, 8, 64, 1000, bytes.length])('reads pieces of %i bytes', async (length) => {
    expect(
      await inputsOf(
        arrowStream(() => Readable.from(pieces(length))),
        columns,
      ),
    ).toEqual(rows);
  });

  it.each<[string, () => ByteInput]>([
    ['a Node stream', () => Readable.from(pieces(100))],
    ['a web stream', () => ReadableStream.from(pieces(100))],
    [
      'an async generator',
      async function* () {
        yield* pieces(100);
      },
    ],
  ])('reads %s', async (_, open) => {
    expect(await inputsOf(arrowStream(open()), columns)).toEqual(rows);
    expect(await inputsOf(arrowStream(open), { ...columns, epochs: 2 })).toEqual([...rows, ...rows]);
  });

  it('passes over rows that are not wanted, and columns', async () => {
    const open = await arrowStream(Readable.from(pieces(50))).open();
    expect(open.countRows).toBeUndefined();
    const block = await open.read(6, 2, [1]);
    expect(block?.rows).toBe(2);
    expect(block?.columns.map(({ values }) => [...values])).toEqual([[6, 7]]);
    await expect(open.read(3, 2, [1])).rejects.toThrow(StateError);
    expect((await open.read(8, 2, [1]))?.rows).toBe(1);
    expect(await open.read(9, 2, [1])).toBeUndefined();
    expect(await open.read(10, 2, [1])).toBeUndefined();
    await open.close();
  });

  it('reads what pyarrow writes, whole and compressed', async () => {
    for (const name of ['types.arrows', 'lz4.arrows']) {
      const source = arrowStream(() => createReadStream(fixture(name)), name);
      expect(await inputsOf(source, { input: 'floats', target: 'class' })).toEqual(
        Array.from({ length: 10 }, (_, i) => [i, i / 2]).flat(),
      );
    }
  });

  it('maps a dictionary that grows and is replaced by name', async () => {
    const source = arrowStream(() => createReadStream(fixture('deltas.arrows')));
    const all = await collect(source, {
      input: 'x',
      target: 'name',
      labelNames: ['a', 'b', 'c'],
      batchSize: 8,
    });
    expect(all[0]?.inputs.input).toEqual([0, 1, 0, 2, 1, 0, 1, 2]);
    // b a b, c a, c b a
    expect(all[0]?.targets.target).toEqual([1, 0, 1, 2, 0, 2, 1, 0]);
  });

  it('asks for the names of the classes, since a dictionary may grow', async () => {
    const source = arrowStream(() => createReadStream(fixture('deltas.arrows')), 'deltas');
    await expect(collect(source, { input: 'x', target: 'name' })).rejects.toThrow(
      "deltas, column 'name': expected the names of the classes, got a stream that does not list them; give labelNames, which describe() collects",
    );
  });

  it('refuses a stream that is cut off anywhere, at the edge of a message too', async () => {
    const whole = await readFile(fixture('types.arrows'));
    const lengths = Array.from({ length: Math.ceil(whole.length / 89) }, (_, i) => i * 89);
    for (const length of [...lengths, whole.length - 8, whole.length - 4, whole.length - 1]) {
      const error = await failure(whole.subarray(0, length), { input: 'floats' });
      expect(error.message).toContain('the stream is cut off or was never closed; write it again');
    }
    for (const length of bytes.keys()) {
      expect((await failure(bytes.subarray(0, length))).message).toContain('the stream is cut off');
    }
  });

  it('refuses a big-endian stream', async () => {
    const big = bytes.slice();
    declareBigEndian(big, streamSchema(big));
    expect((await failure(big)).message).toBe(
      'numbers: cannot read the schema: expected little-endian values, got big-endian ones; write it on a little-endian machine',
    );
  });

  it('refuses lengths that are none, without taking memory for them', async () => {
    const negative = bytes.slice();
    view(negative).setInt32(4, -5, true);
    expect((await failure(negative)).message).toContain('expected a message, got a length of -5');
    const huge = bytes.slice();
    view(huge).setInt32(4, 2 ** 31 - 1, true);
    expect((await failure(huge)).message).toContain("expected a message's metadata of 2147483647 bytes, got");
  });

  it('refuses other formats', async () => {
    expect((await failure(tableToIPC(numberedRows([1]), 'file'))).message).toBe(
      'numbers: expected the Arrow stream format, got the file format; read it with arrowFile(path)',
    );
    expect((await failure(Buffer.from('x,label\n1,2\n'))).message).toContain('numbers: ');
  });

  it('refuses bytes after the end, as of a second stream', async () => {
    expect((await failure(Buffer.concat([bytes, bytes]))).message).toBe(
      'numbers: expected no bytes after the end-of-stream marker, got some; give one whole stream',
    );
  });

  it('refuses a second schema', async () => {
    const error = await failure(Buffer.concat([bytes.subarray(0, bytes.length - 8), bytes]));
    expect(error.message).toContain('expected record batches, got a second schema');
  });

  it('refuses columns that share their children', async () => {
    // The list of the second column's children is made to point at the columns.
    const table = numberedRows([1]);
    const looped = tableToIPC(table, 'stream').slice();
    const schema = streamSchema(looped);
    const fields = tableAt(looped, fieldOf(looped, schema, 1).value);
    const children = fieldOf(looped, tableAt(looped, fields + 4), 5).value;
    view(looped).setInt32(children, fields - children, true);
    const error = await failure(looped);
    expect(error.message).toMatch(/schema/);
  });

  it('names a stream that fails, with the cause', async () => {
    const source = arrowStream(() => createReadStream('/nowhere/data.arrows'), 'data.arrows');
    const error: unknown = await collect(source, columns).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(DataError);
    expect(error).toHaveProperty(
      'message',
      expect.stringContaining('data.arrows: cannot read the stream: ENOENT'),
    );
    expect(error).toHaveProperty('cause.code', 'ENOENT');
  });

  it('refuses pieces that are no bytes', async () => {
    const source = arrowStream(Readable.from(['text']), 'text');
    await expect(collect(source, columns)).rejects.toThrow('text: expected pieces of bytes, got string');
  });
});

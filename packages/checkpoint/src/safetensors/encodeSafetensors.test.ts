import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { arena, elements, OptionError, type Tensor, tensor } from '@fluxion/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporaryFolder.js';
import { encodeSafetensors } from './encodeSafetensors.js';
import { openSafetensors } from './openSafetensors.js';

const f32 = (values: number[], shape: number[]): Tensor => tensor(Float32Array.from(values), shape);
const bytesOf = (...args: Parameters<typeof encodeSafetensors>): Buffer =>
  Buffer.concat([...encodeSafetensors(...args)]);

/** Written by the Python package safetensors 0.8.0, from the tensors and the metadata of the first test below. */
const REFERENCE =
  '2AEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJmb3JtYXQiOiJucCJ9LCJleGFjdCI6eyJkdHlwZSI6IkY2NCIsInNoYXBlIjpbM10sImRhdGFfb2Zmc2V0' +
  'cyI6WzAsMjRdfSwiMTAiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzIsMF0sImRhdGFfb2Zmc2V0cyI6WzI0LDI0XX0sIjkiOnsiZHR5cGUiOiJGMzIi' +
  'LCJzaGFwZSI6W10sImRhdGFfb2Zmc2V0cyI6WzI0LDI4XX0sImxpbmVhcjEuYmlhcyI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbMl0sImRhdGFfb2Zm' +
  'c2V0cyI6WzI4LDM2XX0sImxpbmVhcjEud2VpZ2h0Ijp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlsyLDJdLCJkYXRhX29mZnNldHMiOlszNiw1Ml19LCLv' +
  'vKEiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzFdLCJkYXRhX29mZnNldHMiOls1Miw1Nl19LCLwnZCAIFwicXVvdGVkXCJcbiI6eyJkdHlwZSI6IkYz' +
  'MiIsInNoYXBlIjpbMV0sImRhdGFfb2Zmc2V0cyI6WzU2LDYwXX19ICAgICAgVVVVVVVV1T8AAAAAAAAAgAEAAAAAAAAAAADgQM3MzD0BAAAAAACAPwAA' +
  'IMDmsWF/AACAfwAAgD8AAABA';

describe('encodeSafetensors', () => {
  test('gives the bytes of the reference implementation', () => {
    const tensors = new Map([
      ['\u{1d400} "quoted"\n', f32([2], [1])],
      ['\uff21', f32([1], [1])],
      ['9', f32([7], [])],
      ['10', f32([], [2, 0])],
      ['linear1.weight', f32([1, -2.5, 3e38, Number.POSITIVE_INFINITY], [2, 2])],
      ['linear1.bias', f32([0.1, 1e-45], [2])],
      ['exact', tensor([1 / 3, -0, 5e-324])],
    ]);
    expect(bytesOf(tensors, { format: 'np' })).toEqual(Buffer.from(REFERENCE, 'base64'));
  });

  test('an empty file is a header of 8 bytes', () => {
    expect(bytesOf(new Map())).toEqual(Buffer.from('\x08\0\0\0\0\0\0\0{}      ', 'latin1'));
  });

  test('equal tensors and texts in another order give equal bytes', () => {
    const tensors: [string, Tensor][] = [
      ['b', f32([1], [1])],
      ['a', tensor([2])],
      ['c', tensor([3])],
    ];
    expect(bytesOf(new Map(tensors), { x: '1', y: '2' })).toEqual(
      bytesOf(new Map(tensors.toReversed()), { y: '2', x: '1' }),
    );
  });

  test('writes strided tensors row by row, and contiguous ones without a copy', () => {
    const matrix = arena('float32').tensor([2, 3]);
    matrix.data.set([1, 2, 3, 4, 5, 6]);
    const [, straight] = [...encodeSafetensors(new Map([['m', matrix]]))];
    expect(straight?.buffer).toBe(matrix.data.buffer);
    const [, transposed] = [...encodeSafetensors(new Map([['m', matrix.transpose(1, 0)]]))];
    expect(transposed).toEqual(new Uint8Array(Float32Array.of(1, 4, 2, 5, 3, 6).buffer));
  });

  const values = fc.oneof(
    fc.array(fc.float(), { maxLength: 20 }).map((numbers) => Float32Array.from(numbers)),
    fc.array(fc.double(), { maxLength: 20 }).map((numbers) => Float64Array.from(numbers)),
  );
  const shaped = values.chain((data) =>
    fc.constantFrom(...shapesOf(data.length)).map((shape) => tensor(data, shape)),
  );
  const text = fc.string({ unit: 'grapheme' }).filter((name) => !name.startsWith('__'));

  test('what is written is read, bit for bit', async () => {
    const path = join(await temporaryFolder(), 'w.safetensors');
    await fc.assert(
      fc.asyncProperty(fc.dictionary(text, shaped), fc.dictionary(text, text), async (named, metadata) => {
        const tensors = new Map(Object.entries(named));
        await writeFile(path, encodeSafetensors(tensors, metadata));
        const file = await openSafetensors(path);
        try {
          expect(Object.fromEntries(file.metadata)).toEqual({ ...metadata });
          expect([...file.entries.keys()].sort()).toEqual([...tensors.keys()].sort());
          for (const [name, written] of tensors) {
            const read = await file.read(name);
            expect(read.shape).toEqual(written.shape);
            expect(elements(read)).toEqual(elements(written));
          }
        } finally {
          await file.close();
        }
      }),
    );
  });

  test.each([
    ['__metadata__', {}, 'got "__metadata__"; change it'],
    ['__proto__', {}, 'got "__proto__"; change it'],
    ['\ud800', {}, 'got "\\ud800"; change it'],
    ['a', { '\ud800': 'text' }, 'got "\\ud800"; change it'],
    ['a', { key: 'half \udc00' }, 'got "half \\udc00"; change it'],
  ])('refuses the name %j with metadata %j', (name, metadata, message) => {
    const encode = (): unknown => encodeSafetensors(new Map([[name, f32([1], [1])]]), metadata);
    expect(encode).toThrow(OptionError);
    expect(encode).toThrow(`safetensors names and texts: expected whole Unicode characters`);
    expect(encode).toThrow(message);
  });

  test('refuses a header that no reader takes', () => {
    const encode = (): unknown => encodeSafetensors(new Map(), { long: '€'.repeat(33_333_334) });
    expect(encode).toThrow(OptionError);
    expect(encode).toThrow('safetensors header: expected at most 100000000 bytes, got 100000032');
  });
});

/** Some shapes of that many elements. */
function shapesOf(length: number): number[][] {
  if (length === 0) return [[0], [3, 0], [0, 2]];
  const shapes = length === 1 ? [[], [1], [1, 1]] : [[length], [1, length]];
  for (let rows = 2; rows < length; rows++) if (length % rows === 0) shapes.push([rows, length / rows]);
  return shapes;
}

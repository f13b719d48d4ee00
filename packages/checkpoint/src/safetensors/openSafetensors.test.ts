import { execFileSync } from 'node:child_process';
import { truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError, elements, type Tensor, tensor } from '@fluxion/tensor';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { temporaryFolder } from '../../test/temporaryFolder.js';
import { encodeSafetensors } from './encodeSafetensors.js';
import { openSafetensors } from './openSafetensors.js';

/** Written by the Python package safetensors 0.8.0: half F16, ids I64, flags BOOL. */
const REFERENCE =
  'sAAAAAAAAAB7ImlkcyI6eyJkdHlwZSI6Ikk2NCIsInNoYXBlIjpbMl0sImRhdGFfb2Zmc2V0cyI6WzAsMTZdfSwiaGFsZiI6eyJkdHlwZSI6IkYxNiIs' +
  'InNoYXBlIjpbNF0sImRhdGFfb2Zmc2V0cyI6WzE2LDI0XX0sImZsYWdzIjp7ImR0eXBlIjoiQk9PTCIsInNoYXBlIjpbMV0sImRhdGFfb2Zmc2V0cyI6' +
  'WzI0LDI1XX19IAEAAAAAAAAAAgAAAAAAAAAAPADA/3sBAAE=';

const weights = new Map<string, Tensor>([
  ['linear1.weight', tensor(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3])],
  ['linear1.bias', tensor(Float32Array.of(0.5, -0.5, 7))],
  ['scale', tensor([1 / 3], [])],
]);
const intact = Buffer.concat([...encodeSafetensors(weights, { by: 'test' })]);

const framed = (header: string, length: bigint = BigInt(header.length)): Buffer => {
  const start = Buffer.alloc(8);
  start.writeBigUInt64LE(length);
  return Buffer.concat([start, Buffer.from(header, 'latin1')]);
};

async function open(bytes: Uint8Array): ReturnType<typeof openSafetensors> {
  const path = join(await temporaryFolder(), 'w.safetensors');
  await writeFile(path, bytes);
  const file = await openSafetensors(path);
  onTestFinished(file.close);
  return file;
}

describe('openSafetensors', () => {
  test('reads a file of the reference implementation', async () => {
    const file = await open(Buffer.from(REFERENCE, 'base64'));
    expect([...file.entries].map(([name, { dtype, shape }]) => [name, dtype, shape])).toEqual([
      ['ids', 'I64', [2]],
      ['half', 'F16', [4]],
      ['flags', 'BOOL', [1]],
    ]);
    expect(elements(await file.read('half'))).toEqual(Float32Array.of(1, -2, 65504, 2 ** -24));
  });

  test('reads BF16 as float32', async () => {
    const header = '{"b":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}';
    const file = await open(Buffer.concat([framed(header), Buffer.of(0x80, 0x3f, 0x00, 0xc0)]));
    expect(elements(await file.read('b'))).toEqual(Float32Array.of(1, -2));
  });

  test('refuses to read what are no floats, and what is not there', async () => {
    const file = await open(Buffer.from(REFERENCE, 'base64'));
    await expect(file.read('ids')).rejects.toThrow(CheckpointError);
    await expect(file.read('ids')).rejects.toThrow(
      "tensor 'ids': expected one of F64, F32, F16, BF16, got I64; convert it to F32",
    );
    await expect(file.read('no')).rejects.toThrow("expected a tensor 'no', there are ids, half, flags");
  });

  test.each([
    ['an empty file', Buffer.alloc(0), 'expected at least 8 bytes, got 0; the file is cut off'],
    ['7 bytes', Buffer.alloc(7), 'expected at least 8 bytes, got 7'],
    ['a header of no bytes', framed(''), "expected a header that starts with '{', got nothing"],
    ['a header longer than the file', framed('{}', 3n), 'expected 11 bytes or more for its header, got 10'],
    [
      'a header longer than 100 MB',
      framed('{}', 100_000_001n),
      'expected a header of at most 100000000 bytes, got a length of 100000001',
    ],
    ['the longest header', framed('{}', 2n ** 64n - 1n), 'got a length of 18446744073709551615'],
    ['a header that is not UTF-8', framed('{"\xff":1}'), 'expected text in UTF-8, got other bytes'],
    ['a header after a byte order mark', framed('\xef\xbb\xbf{}'), "expected a header that starts with '{'"],
    ['one byte too few', intact.subarray(0, -1), 'expected 44 bytes of tensors after the header, got 43'],
    ['one byte too many', Buffer.concat([intact, Buffer.alloc(1)]), 'after the header, got 45'],
  ])('refuses %s', async (_, bytes, message) => {
    await expect(open(bytes)).rejects.toThrow(CheckpointError);
    await expect(open(bytes)).rejects.toThrow(message);
    await expect(open(bytes)).rejects.toThrow('w.safetensors: expected');
  });

  test('refuses a missing file and a folder', async () => {
    const folder = await temporaryFolder();
    const missing = openSafetensors(join(folder, 'no'));
    await expect(missing).rejects.toThrow(CheckpointError);
    await expect(missing).rejects.toThrow('expected a safetensors file, could not open it (ENOENT');
    await expect(openSafetensors(folder)).rejects.toThrow(
      'expected a safetensors file, could not open it (it is a folder)',
    );
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    await expect(openSafetensors(join(folder, 'pipe'))).rejects.toThrow('(it is a pipe); check the path');
  });

  test('refuses a header of more tensors than memory is worth', async () => {
    const entries = Array.from(
      { length: 300_000 },
      (_, i) => `"${i}":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}`,
    );
    const opening = open(framed(`{${entries}}`));
    await expect(opening).rejects.toThrow(CheckpointError);
    await expect(opening).rejects.toThrow('w.safetensors: expected JSON of at most 2000000 values, got more');
  });

  test('names the file that the disk cannot read', async () => {
    const file = await open(intact);
    await file.close();
    await expect(file.read('scale')).rejects.toThrow(CheckpointError);
    await expect(file.read('scale')).rejects.toThrow(
      /w\.safetensors: expected to read bytes \d+ to \d+, could not \(/,
    );
  });

  test('notices a file that is cut after it has been opened', async () => {
    const path = join(await temporaryFolder(), 'w.safetensors');
    await writeFile(path, intact);
    const file = await openSafetensors(path);
    onTestFinished(file.close);
    await truncate(path, intact.length - 4);
    await expect(file.read('linear1.weight')).rejects.toThrow(CheckpointError);
    await expect(file.read('linear1.weight')).rejects.toThrow(`expected ${intact.length} bytes, got`);
  });

  test('notices a file that is written over with as many bytes after it has been opened', async () => {
    const path = join(await temporaryFolder(), 'w.safetensors');
    await writeFile(path, intact);
    await utimes(path, 1, 1);
    const file = await openSafetensors(path);
    onTestFinished(file.close);
    await writeFile(path, Buffer.from(intact).fill(0x37, intact.length - 44));
    await expect(file.read('scale')).rejects.toThrow(CheckpointError);
    await expect(file.read('scale')).rejects.toThrow(
      'w.safetensors: expected the file as it was when opened',
    );
  });

  test('a changed or cut file is read as it is or refused, and takes no more memory than its size', async () => {
    const path = join(await temporaryFolder(), 'w.safetensors');
    let largest = 0;
    let watched = 0;
    const Watched = new Proxy(Uint8Array, {
      construct(target, [length]: [number]) {
        largest = Math.max(largest, length);
        watched++;
        return new target(length);
      },
    });
    const headerLength = intact.length - 44;
    const change = fc.oneof(
      fc.record({ at: fc.nat(intact.length - 1), byte: fc.nat(255) }),
      // Digits, quotes and brackets of the header are where the damage is done.
      fc.record({
        at: fc.integer({ min: 8, max: headerLength - 1 }),
        byte: fc.constantFrom(...Buffer.from('0123456789-.eE[]{}",: \\F')),
      }),
    );
    let read = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { maxLength: 4 }),
        fc.option(fc.nat(intact.length)),
        async (changes, cut) => {
          const bytes = Buffer.from(intact);
          for (const { at, byte } of changes) bytes[at] = byte;
          await writeFile(path, bytes.subarray(0, cut ?? undefined));
          largest = 0;
          vi.stubGlobal('Uint8Array', Watched);
          try {
            const file = await openSafetensors(path);
            for (const [name, { dtype }] of file.entries) {
              if (['F64', 'F32', 'F16', 'BF16'].includes(dtype)) await file.read(name);
            }
            await file.close();
            read++;
          } catch (error) {
            expect(error).toBeInstanceOf(CheckpointError);
            refused++;
          } finally {
            vi.unstubAllGlobals();
          }
          expect(largest).toBeLessThanOrEqual(intact.length);
        },
      ),
      { numRuns: 500 },
    );
    expect(watched).toBeGreaterThan(500);
    expect(read).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
  });
});

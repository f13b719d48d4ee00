import { describe, expect, it } from 'vitest';
import { kernelsUnderTest, workbench } from '../../test/kernelsUnderTest.js';

describe.each(kernelsUnderTest)('scaleBytes, $name in $dtype', (under) => {
  const { kernels, blank } = workbench(under);
  const bytesOf = (...values: number[]): Uint8Array => {
    const { data } = kernels.arena.tensor([values.length]);
    const bytes = new Uint8Array(data.buffer, data.byteOffset, values.length);
    bytes.set(values);
    return bytes;
  };

  it('gives the number next to each product: 255/255 is 1', () => {
    const all = Array.from({ length: 256 }, (_, byte) => byte);
    for (const factor of [1 / 255, 1, 0.1, 3, 1e-30, 1e36]) {
      const output = blank([2, 128]);
      kernels.scaleBytes(bytesOf(...all), output, factor)(0, 256);
      const rounded = output.data.slice().map((_, byte) => byte * factor);
      expect(output.data).toEqual(rounded);
    }
    const output = blank([1]);
    kernels.scaleBytes(bytesOf(255), output, 1 / 255)(0, 1);
    expect(output.get(0)).toBe(1);
  });

  it('writes the elements that the call names, and no others', () => {
    const output = blank([3, 3]);
    const run = kernels.scaleBytes(bytesOf(1, 2, 3, 4, 5, 6, 7, 8, 9), output, 10);
    run(3, 8);
    run(2, 2);
    expect([...output.data]).toEqual([NaN, NaN, NaN, 40, 50, 60, 70, 80, NaN]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arena } from './arena.js';
import { OptionError, ShapeError } from './errors.js';

const shapes = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 3 });

describe('arena', () => {
  it('cuts tensors of its dtype from one shared memory', () => {
    const single = arena('float32');
    const double = arena('float64');
    expect(single.tensor([2, 3]).data).toBeInstanceOf(Float32Array);
    expect(double.tensor([2, 3]).data).toBeInstanceOf(Float64Array);
    expect(single.memory.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(single.tensor([2]).data.buffer).toBe(single.memory.buffer);
    expect(single.dtype).toBe('float32');
    expect(double.dtype).toBe('float64');
  });

  it('gives tensors of zeros in the shape asked for', () => {
    const tensor = arena('float32').tensor([2, 3]);
    expect(tensor.shape).toEqual([2, 3]);
    expect(tensor.stride).toEqual([3, 1]);
    expect(tensor.data).toEqual(new Float32Array(6));
  });

  it('gives labels of zeros, in whichever dtype the tensors are', () => {
    const labels = arena('float64').labels(3);
    expect(labels.data).toEqual(new Int32Array(3));
    expect(labels.shape).toEqual([3]);
  });

  it('gives a tensor of one element without axes, and an empty one with an axis of length 0', () => {
    const memory = arena('float32');
    expect(memory.tensor([]).data).toHaveLength(1);
    expect(memory.tensor([0, 784]).data).toHaveLength(0);
    expect(memory.labels(0).data).toHaveLength(0);
  });

  it('keeps a shape when the array that gave it changes', () => {
    const shape = [2, 3];
    const tensor = arena('float32').tensor(shape);
    shape[0] = 100;
    expect(tensor.shape).toEqual([2, 3]);
  });

  it('begins each tensor on a cache line of its own, after all that came before', () => {
    const memory = arena('float32');
    fc.assert(
      fc.property(shapes, fc.boolean(), (shape, wantLabels) => {
        const before = memory.used;
        const { data } = wantLabels ? memory.labels(shape.length) : memory.tensor(shape);
        expect(data.byteOffset % 64).toBe(0);
        expect(data.byteOffset).toBeGreaterThanOrEqual(before);
        expect(memory.used).toBeGreaterThanOrEqual(data.byteOffset + data.byteLength);
        expect(memory.used % 64).toBe(0);
      }),
    );
  });

  it('gives no tensor the address 0, which kernels take for none', () => {
    expect(arena('float32').tensor([1]).data.byteOffset).toBeGreaterThan(0);
  });

  it('counts what it hands out, in whole cache lines', () => {
    const memory = arena('float64');
    const before = memory.used;
    memory.tensor([8]);
    expect(memory.used - before).toBe(64);
    memory.tensor([9]);
    expect(memory.used - before).toBe(64 + 128);
    memory.labels(16);
    expect(memory.used - before).toBe(64 + 128 + 64);
  });

  it('grows without detaching what was cut before', () => {
    const memory = arena('float32');
    const early = memory.tensor([4]);
    early.data.set([1, 2, 3, 4]);
    const before = memory.memory.buffer.byteLength;
    const late = memory.tensor([1_000_000]);
    expect(memory.memory.buffer.byteLength).toBeGreaterThan(before);
    expect(late.data).toHaveLength(1_000_000);

    expect([...early.data]).toEqual([1, 2, 3, 4]);
    const now = new Float32Array(memory.memory.buffer, early.data.byteOffset, 4);
    now[0] = 10;
    expect(early.get(0)).toBe(10);
    early.set(1, 20);
    expect(now[1]).toBe(20);
  });

  it('refuses more than 4 GiB, and stays as it was', () => {
    const memory = arena('float64');
    const before = memory.used;
    expect(() => memory.tensor([2 ** 15, 2 ** 15])).toThrow(
      new OptionError(
        'model memory: expected at most 4 GiB, needs 8.0 GiB; use smaller layers or a smaller batchSize',
      ),
    );
    expect(() => memory.labels(2 ** 40)).toThrow(OptionError);
    expect(memory.used).toBe(before);
    expect(memory.tensor([2]).data).toEqual(new Float64Array(2));
  });

  it('ends before the last address, which one past it would wrap to 0', () => {
    const memory = arena('float32');
    expect(() => memory.tensor([(2 ** 32 - memory.used) / 4])).toThrow(OptionError);
    const last = memory.tensor([(2 ** 32 - 65_536 - memory.used) / 4]);
    expect(last.data.byteOffset + last.data.byteLength).toBe(2 ** 32 - 65_536);
  });

  it('tells the reason of the refusal', () => {
    let refusal: unknown;
    try {
      arena('float32').tensor([2 ** 31]);
    } catch (error) {
      refusal = error;
    }
    expect((refusal as OptionError).cause).toBeInstanceOf(Error);
  });

  it('refuses a length that is none, and stays as it was', () => {
    const memory = arena('float32');
    const before = memory.used;
    expect(() => memory.tensor([2, Number.NaN])).toThrow(
      new ShapeError(
        'tensor shape: expected lengths that are whole numbers from 0, got [2, NaN]; give such lengths',
      ),
    );
    expect(() => memory.tensor([-1, -1])).toThrow(ShapeError);
    expect(() => memory.tensor([2.5])).toThrow(ShapeError);
    expect(() => memory.labels(-1)).toThrow(
      new ShapeError(
        'labels shape: expected lengths that are whole numbers from 0, got [-1]; give such lengths',
      ),
    );
    expect(memory.used).toBe(before);
  });
});

it('grows for labels as it does for tensors', () => {
  const labels = arena('float32').labels(100_000);
  labels.set(99_999, 7);
  expect(labels.get(99_999)).toBe(7);
});

import { describe, expect, it } from 'vitest';
import { SpareMemory } from './spareMemory.js';

describe('SpareMemory', () => {
  it('hands out what was given back, where it is large enough', () => {
    const memory = new SpareMemory();
    const [small, large] = [memory.take(10), memory.take(1000)];
    expect([small.byteLength, large.byteLength]).toEqual([10, 1000]);
    expect(large.buffer).not.toBe(small.buffer);
    memory.giveBack(small);
    memory.giveBack(large);
    const taken = memory.take(900);
    expect([taken.buffer, taken.byteOffset, taken.byteLength]).toEqual([large.buffer, 0, 900]);
    expect(memory.take(0).buffer).toBe(small.buffer);
  });

  it('never hands out the same twice', () => {
    const memory = new SpareMemory();
    memory.giveBack(memory.take(10));
    expect(memory.take(10).buffer).not.toBe(memory.take(10).buffer);
  });

  it('lets go of one that is too small for each new one that it makes', () => {
    const memory = new SpareMemory();
    const small = memory.take(10);
    memory.giveBack(small);
    memory.giveBack(memory.take(20));
    expect(memory.take(10).buffer).not.toBe(small.buffer);
  });
});

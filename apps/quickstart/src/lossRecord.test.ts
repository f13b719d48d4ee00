import { describe, expect, it } from 'vitest';
import { LossRecord } from './lossRecord.js';

describe('LossRecord', () => {
  it('takes the mean of each full block', () => {
    const record = new LossRecord(2);
    for (const loss of [4, 2, 1, 0, 9]) record.add(loss);
    expect(record.points).toEqual([
      { example: 2, loss: 3 },
      { example: 4, loss: 0.5 },
    ]);
    expect(record.count).toBe(5);
  });

  it('begins with the mean of all, and then forgets what is long ago', () => {
    const record = new LossRecord(10);
    for (const loss of [4, 2, 3]) record.add(loss);
    expect(record.running).toBeCloseTo(3, 12);
    for (let i = 0; i < 20_000; i++) record.add(0.5);
    expect(record.running).toBeCloseTo(0.5, 6);
  });

  it('takes the mean of each stretch apart', () => {
    const record = new LossRecord(10);
    for (const loss of [1, 3]) record.add(loss);
    expect(record.takeMean()).toBe(2);
    for (const loss of [5, 6, 7]) record.add(loss);
    expect(record.takeMean()).toBe(6);
  });
});

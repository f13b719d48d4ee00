import { describe, expect, it } from 'vitest';
import { LossRecord } from './lossRecord.js';

describe('LossRecord', () => {
  it('takes the mean of each full block, whose length is a round part of the run', () => {
    const record = new LossRecord(800);
    for (const loss of [4, 2, 1, 0, 9]) record.add(loss);
    expect(record.points).toEqual([
      { example: 2, loss: 3 },
      { example: 4, loss: 0.5 },
    ]);
    expect(record.count).toBe(5);
    const long = new LossRecord(300_000);
    for (let i = 0; i < 300_000; i++) long.add(1);
    expect(long.points).toHaveLength(300);
    expect(long.points[0]).toEqual({ example: 1000, loss: 1 });
  });

  it('counts a minibatch by its examples', () => {
    const record = new LossRecord(2000);
    record.add(1, 1);
    record.add(3, 4);
    record.add(2, 32);
    expect(record.points).toEqual([
      { example: 5, loss: 2.6 },
      { example: 37, loss: 2 },
    ]);
    expect(record.count).toBe(37);
    expect(record.mean).toBeCloseTo((1 + 12 + 64) / 37, 14);
  });

  it('takes the mean of each stretch apart', () => {
    const record = new LossRecord(10_000);
    for (const loss of [1, 3]) record.add(loss);
    expect([record.mean, record.takeMean()]).toEqual([2, 2]);
    record.add(5);
    expect(record.mean).toBe(5);
    for (const loss of [6, 7]) record.add(loss);
    expect(record.takeMean()).toBe(6);
  });
});

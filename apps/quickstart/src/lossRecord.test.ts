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

  it('takes the mean of each stretch apart', () => {
    const record = new LossRecord(10);
    for (const loss of [1, 3]) record.add(loss);
    expect([record.mean, record.takeMean()]).toEqual([2, 2]);
    record.add(5);
    expect(record.mean).toBe(5);
    for (const loss of [6, 7]) record.add(loss);
    expect(record.takeMean()).toBe(6);
  });
});

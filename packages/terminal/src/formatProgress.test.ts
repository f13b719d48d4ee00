import { describe, expect, it } from 'vitest';
import { formatProgress, type Progress } from './formatProgress.js';

const HALFWAY: Progress = { label: 'epoch 1/3', done: 31_200, total: 60_000, seconds: 4.1, loss: 0.31274 };

describe('formatProgress', () => {
  it('shows everything where there is room', () => {
    expect(formatProgress(HALFWAY, 120)).toBe(
      `epoch 1/3  ${'━'.repeat(20)}${'─'.repeat(20)}   52 %  31,200 of 60,000  7,610/s  loss 0.313  0:04 left`,
    );
  });

  it.each([
    [
      80,
      `epoch 1/3  ${'━'.repeat(6)}${'─'.repeat(6)}   52 %  31,200 of 60,000  7,610/s  loss 0.313  0:04 left`,
    ],
    [60, `epoch 1/3  ━━━━━─────   52 %  7,610/s  loss 0.313  0:04 left`],
    [40, 'epoch 1/3  ━━━━━─────   52 %  loss 0.313'],
    [20, 'epoch 1/3   52 %'],
    [5, 'epoch'],
    [0, ''],
  ])('leaves out what is least needed at %i columns', (width, line) => {
    expect(formatProgress(HALFWAY, width)).toBe(line);
  });

  it('never gets wider than it may, whatever the numbers', () => {
    const states: readonly Progress[] = [
      HALFWAY,
      { ...HALFWAY, done: 0, seconds: 0 },
      { ...HALFWAY, done: 123_456_789, total: 9_876_543_210, loss: Number.NaN },
      { ...HALFWAY, total: undefined, loss: undefined },
    ];
    for (const state of states) {
      for (let width = 0; width < 130; width++) {
        expect(formatProgress(state, width).length).toBeLessThanOrEqual(width);
      }
    }
  });

  it('keeps its length while the count grows', () => {
    const early = formatProgress({ ...HALFWAY, done: 900, seconds: 0.9 }, 120);
    const late = formatProgress({ ...HALFWAY, done: 59_000, seconds: 59 }, 120);
    expect(early.indexOf('of 60,000')).toBe(late.indexOf('of 60,000'));
  });

  it('has neither speed nor time left before the first example', () => {
    expect(formatProgress({ label: 'epoch 1', done: 0, total: 10, seconds: 0 }, 60)).toBe(
      `epoch 1  ${'─'.repeat(34)}    0 %   0 of 10`,
    );
  });

  it('is full at the end, without a time left', () => {
    expect(formatProgress({ label: 'epoch 1', done: 10, total: 10, seconds: 2 }, 60)).toBe(
      `epoch 1  ${'━'.repeat(29)}  100 %  10 of 10  5/s`,
    );
  });

  it('has neither bar nor share where the end is not known', () => {
    expect(formatProgress({ label: 'stream', done: 1500, total: undefined, seconds: 3, loss: 0.5 }, 80)).toBe(
      'stream  1,500 examples  500/s  loss 0.500',
    );
  });

  it('says hours where it takes hours', () => {
    const slow: Progress = { label: 'epoch 1', done: 100, total: 1_000_000, seconds: 1 };
    expect(formatProgress(slow, 120)).toContain('2:46:39 left');
  });
});

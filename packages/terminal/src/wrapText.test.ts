import { describe, expect, it } from 'vitest';
import { wrapText } from './wrapText.js';

const EPOCH =
  'epoch 1/5  loss 0.2011  60,000 examples in 9.10 s (6,594/s)  validation loss 0.1514, accuracy 95.40 %';

describe('wrapText', () => {
  it('leaves a line that fits as it is', () => expect(wrapText(EPOCH, 101)).toBe(EPOCH));

  it('breaks between groups', () => {
    expect(wrapText(EPOCH, 80)).toBe(
      'epoch 1/5  loss 0.2011  60,000 examples in 9.10 s (6,594/s)\n  validation loss 0.1514, accuracy 95.40 %',
    );
    expect(wrapText(EPOCH, 40).split('\n')).toEqual([
      'epoch 1/5  loss 0.2011',
      '  60,000 examples in 9.10 s (6,594/s)',
      '  validation loss 0.1514, accuracy',
      '  95.40 %',
    ]);
  });

  it('breaks between words where a group is too long, and keeps numbers with their units', () => {
    expect(wrapText('60,000 examples, loss 0.2011, accuracy 94.10 %', 42)).toBe(
      '60,000 examples, loss 0.2011, accuracy\n  94.10 %',
    );
    expect(wrapText('done in 9.10 s', 12)).toBe('done in\n  9.10 s');
  });

  it.each([1, 10, 20, 33, 50, 79])('loses nothing, and keeps to %i columns where words do', (width) => {
    const wrapped = wrapText(EPOCH, width);
    expect(wrapped.replaceAll(/\s+/g, ' ')).toBe(EPOCH.replaceAll(/\s+/g, ' '));
    const longest = '  validation'.length;
    for (const line of wrapped.split('\n')) expect(line.length).toBeLessThanOrEqual(Math.max(width, longest));
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stageLine } from './stageLine.js';

function terminal(isTTY: boolean) {
  return {
    isTTY,
    columns: 40,
    text: '',
    write(text: string) {
      this.text += text;
    },
  };
}

const wait = (seconds: number) => () => new Promise<void>((resolve) => setTimeout(resolve, 1000 * seconds));

describe('stageLine', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('says each second what is being done, and takes its line away', async () => {
    const output = terminal(true);
    const work = stageLine(output).during('reading people', wait(2.5));
    await vi.advanceTimersByTimeAsync(2600);
    await work;
    const drawn = output.text.split('\r\u001b[K').map((line) => line.replace(/[\d.]+/, 'N'));
    expect(drawn).toEqual(['', 'reading people, N s', 'reading people, N s', '']);
  });

  it('goes on under another name', async () => {
    const output = terminal(true);
    const stage = stageLine(output);
    const work = stage.during('looking at the columns', async () => {
      await wait(1.5)();
      stage.next('trying networks');
      await wait(2)();
    });
    await vi.advanceTimersByTimeAsync(4000);
    await work;
    expect(output.text).toContain('trying networks, ');
    expect(output.text.endsWith('\r\u001b[K')).toBe(true);
  });

  it('says nothing of what is quick, where there is no terminal, or where it is to be quiet', async () => {
    for (const [output, isQuiet, seconds] of [
      [terminal(true), false, 0.5],
      [terminal(false), false, 3],
      [terminal(true), true, 3],
    ] as const) {
      const work = stageLine(output, isQuiet).during('reading', wait(seconds));
      await vi.advanceTimersByTimeAsync(3100);
      await work;
      expect(output.text).toBe('');
    }
  });
});

import { describe, expect, it } from 'vitest';
import type { Progress } from './formatProgress.js';
import { progressLine } from './progressLine.js';

const ERASE_LINE = '\r\u001b[K';

function output(terminal: { isTTY: boolean; columns?: number }): { text: string; write(text: string): void } {
  return {
    ...terminal,
    text: '',
    write(text) {
      this.text += text;
    },
  };
}

function at(done: number): Progress {
  return { label: 'epoch 1', done, total: 1000, seconds: done / 100 };
}

describe('progressLine on a terminal', () => {
  it('draws in place, at most ten times a second', () => {
    const terminal = output({ isTTY: true, columns: 80 });
    let now = 0;
    const line = progressLine(terminal, () => now);
    for (now = 0; now < 1000; now++) line.update(at(now));

    const drawn = terminal.text.split(ERASE_LINE).slice(1);
    expect(drawn).toHaveLength(10);
    expect(drawn[1]).toContain('100 of 1,000');
    expect(terminal.text).not.toContain('\n');
  });

  it('leaves room for the ^C of a terminal, which would else go on to the next line', () => {
    for (let columns = 20; columns < 120; columns++) {
      const terminal = output({ isTTY: true, columns });
      progressLine(terminal, () => 0).update({ ...at(500), loss: 0.5 });
      expect(`${terminal.text.slice(ERASE_LINE.length)}^C`.length).toBeLessThan(columns);
    }
  });

  it('stays within a terminal that is made narrower', () => {
    const terminal = { ...output({ isTTY: true }), columns: 80 };
    let now = 0;
    const line = progressLine(terminal, () => now);
    line.update(at(100));
    terminal.columns = 30;
    now = 200;
    line.update(at(200));

    const [, wide, narrow] = terminal.text.split(ERASE_LINE);
    expect(wide?.length).toBeGreaterThan(60);
    expect(narrow?.length).toBeLessThan(30);
  });

  it('shows the end for certain and leaves it standing', () => {
    const terminal = output({ isTTY: true, columns: 80 });
    const line = progressLine(terminal, () => 0);
    line.update(at(999));
    line.finish(at(1000));
    expect(terminal.text).toMatch(/100 % {2}1,000 of 1,000 {2}100\/s\n$/);
  });

  it('takes its line away when cleared, and draws again at once', () => {
    const terminal = output({ isTTY: true, columns: 80 });
    const line = progressLine(terminal, () => 0);
    line.update(at(10));
    line.clear();
    expect(terminal.text).toSatisfy((text: string) => text.endsWith(ERASE_LINE));
    line.update(at(20));
    expect(terminal.text).toContain('20 of 1,000');
  });
});

describe('progressLine elsewhere', () => {
  it('prints a line for each tenth, and no control characters', () => {
    const file = output({ isTTY: false });
    const line = progressLine(file, () => 0);
    for (let done = 1; done <= 1000; done++) line.update(at(done));
    line.finish(at(1000));

    const lines = file.text.trimEnd().split('\n');
    expect(lines.map((text) => / (\d+) %/.exec(text)?.[1])).toEqual([
      '10',
      '20',
      '30',
      '40',
      '50',
      '60',
      '70',
      '80',
      '90',
      '100',
    ]);
    expect(file.text).not.toContain('\r');
    expect(file.text).not.toContain('\u001b');
  });

  it('starts over after each end', () => {
    const file = output({ isTTY: false });
    const line = progressLine(file, () => 0);
    for (let epoch = 0; epoch < 2; epoch++) {
      for (const done of [100, 550, 1000]) line.update(at(done));
      line.finish(at(1000));
    }
    expect(file.text.trimEnd().split('\n')).toHaveLength(6);
  });

  it('prints a line every ten seconds where the end is not known', () => {
    const file = output({ isTTY: false });
    let now = 0;
    const line = progressLine(file, () => now);
    for (now = 0; now <= 25_000; now += 10) {
      line.update({ label: 'stream', done: now, total: undefined, seconds: now / 1000 });
    }
    expect(file.text.trimEnd().split('\n')).toEqual([
      'stream  10,000 examples  1,000/s',
      'stream  20,000 examples  1,000/s',
    ]);
  });
});

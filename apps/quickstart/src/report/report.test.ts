import { describe, expect, it } from 'vitest';
import { report } from './report.js';
import type { RunReport } from './runReport.js';

const EVIL = `<img src=x onerror="alert('&')">`;

const RUN: RunReport = {
  title: 'Digits',
  examples: 12_000,
  seconds: 12.34,
  boxes: [
    { name: 'linear1', description: 'linear(3)', output: [3], parameters: 2355 },
    { name: 'tanh1', description: 'tanh()', output: [3], parameters: 0 },
  ],
  settings: [
    { name: 'learning rate', value: '0.0123' },
    { name: 'seed', value: '77' },
  ],
  losses: Array.from({ length: 24 }, (_, i) => ({ example: 500 * (i + 1), loss: 2 / (i + 1) })),
  epochs: [
    { epoch: 1, trainLoss: 0.4321, testLoss: 0.3456, testAccuracy: 0.8765, seconds: 6.01 },
    { epoch: 2, trainLoss: 0.2109, testLoss: 0.1987, testAccuracy: 0.9123, seconds: 6.33 },
  ],
  confusion: [
    [1501, 7, 0],
    [11, 1602, 23],
    [0, 31, 1403],
  ],
  misread: Array.from({ length: 72 }, (_, i) => ({
    index: 60 * i,
    pixels: new Uint8Array(4).fill(i),
    truth: 1,
    prediction: 2,
    probability: 0.3 + i / 200,
  })),
  pictureWidth: 2,
};

/** The tags that are open at the end, and those that were closed out of turn. */
function unbalanced(page: string): string[] {
  const empty = new Set(['meta', 'img', 'br', '!doctype']);
  const open: string[] = [];
  for (const [, close, name = '', selfClosed] of page.matchAll(
    /<(\/?)([a-z!][a-z0-9]*)(?:"[^"]*"|[^">])*?(\/?)>/gi,
  )) {
    if (empty.has(name.toLowerCase()) || selfClosed) continue;
    if (!close) open.push(name);
    else if (open.at(-1) === name) open.pop();
    else return [...open, `/${name}`];
  }
  return open;
}

describe('report', () => {
  const page = report(RUN);

  it('is well formed', () => {
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(unbalanced(page)).toEqual([]);
  });

  it('names nothing twice, and nothing that is not there', () => {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const used = [...page.matchAll(/aria-labelledby="([^"]+)"/g)].flatMap(([, names = '']) =>
      names.split(' '),
    );
    expect(used.length).toBeGreaterThan(5);
    expect(used.filter((name) => !ids.includes(name))).toEqual([]);
  });

  it('needs nothing from elsewhere', () => {
    expect(page).not.toMatch(/<script|<link|@import|https?:|url\(/i);
    for (const [, source] of page.matchAll(/ src="([^"]*)/g))
      expect(source).toMatch(/^data:image\/png;base64,/);
  });

  it.each([
    ['accuracy', '98.43 %', '4,506', '4,578', '72 misread'],
    ['run', '12,000', '12.3 s', '972', '2,355'],
    ['settings', 'learning rate', '0.0123', 'seed', '77', 'linear(3)'],
    ['epochs', '0.432', '0.346', '87.65 %', '6.01 s', '0.211', '0.199', '91.23 %', '6.33 s'],
    ['loss', '1,000', '1.50', '11,000', '12,000', '0.0851'],
    ['confusion', '>1501<', '>7<', '>11<', '>1602<', '>23<', '>31<', '>1403<'],
    ['recall', '99.5 %', '97.9 %', '97.8 %', '1,602&nbsp;of&nbsp;1,636', '(31&times;)'],
    ['misread', '40 of 72', '65.5 %', '46.0 %', 'Test digit 4,260: a 1, read as 2'],
  ])('holds the numbers of the %s', (_, ...numbers) => {
    for (const number of numbers) expect(page).toContain(number);
  });

  it('shows the surest mistakes first', () => {
    const shown = [...page.matchAll(/class="sure">([\d.]+)/g)].map(([, percent]) => Number(percent));
    expect(shown).toHaveLength(40);
    expect(shown).toEqual(shown.toSorted((a, b) => b - a));
  });

  it('marks each misread digit in the field of all', () => {
    expect(page.match(/M\d+ \d+h1v1h-1z/g)).toHaveLength(72);
  });

  it('is the same for the same run', () => {
    expect(report(structuredClone(RUN))).toBe(page);
  });

  it('escapes every text that it is given', () => {
    const evil = report({
      ...RUN,
      title: EVIL,
      boxes: [{ name: EVIL, description: EVIL, output: [1], parameters: 1 }],
      settings: [{ name: EVIL, value: EVIL }],
    });
    expect(evil).not.toContain('<img src=x');
    expect(unbalanced(evil)).toEqual([]);
    expect(evil.match(/&lt;img src=x onerror=&quot;alert\(&#39;&amp;&#39;\)&quot;&gt;/g)).toHaveLength(6);
  });

  it.each([
    ['one epoch', { epochs: RUN.epochs.slice(0, 1) }],
    ['no epoch', { epochs: [], losses: [] }],
    [
      'no mistake',
      {
        misread: [],
        confusion: [
          [9, 0],
          [0, 9],
        ],
      },
    ],
    [
      'a class that never came',
      {
        confusion: [
          [9, 0],
          [0, 0],
        ],
      },
    ],
    [
      'a loss that is no number',
      { losses: RUN.losses.map((point, i) => (i === 5 ? { ...point, loss: Number.NaN } : point)) },
    ],
    [
      'only losses that are no numbers',
      { losses: RUN.losses.map((point) => ({ ...point, loss: Number.NaN })) },
    ],
    ['a negative loss', { losses: RUN.losses.map((point) => ({ ...point, loss: point.loss - 1 })) }],
    ['the same loss throughout', { losses: RUN.losses.map((point) => ({ ...point, loss: 1 })) }],
    [
      'thirty epochs',
      {
        epochs: Array.from({ length: 30 }, (_, i) => ({
          ...RUN.epochs[0],
          epoch: i + 1,
        })) as RunReport['epochs'],
      },
    ],
  ] satisfies [string, Partial<RunReport>][])('draws a run with %s', (_, part) => {
    const drawn = report({ ...RUN, ...part });
    expect(unbalanced(drawn)).toEqual([]);
    expect(drawn.match(/ (?:d|x|y|x1|y1|cx|cy|style)="[^"]*(?:NaN|Infinity|undefined)[^"]*"/g)).toBeNull();
  });
});

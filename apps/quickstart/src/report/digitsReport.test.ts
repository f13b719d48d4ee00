import type { Run } from '@fluxion/report';
import { describe, expect, it } from 'vitest';
import { digitsReport } from './digitsReport.js';

const run: Run = {
  title: 'Digits',
  noun: 'digits',
  rows: 6000,
  measured: { name: 'test', rows: 4578 },
  examples: 12_000,
  seconds: 12.34,
  losses: [{ example: 12_000, loss: 0.3 }],
  epochs: [{ epoch: 1, training: { loss: 0.3 }, seconds: 12.34 }],
  targets: [
    {
      kind: 'classes',
      name: 'digit',
      classes: ['0', '1'],
      figures: { accuracy: 0.98 },
      confusion: [
        [9, 1],
        [0, 9],
      ],
    },
  ],
  boxes: [],
  settings: [],
};

const misread = Array.from({ length: 72 }, (_, i) => ({
  index: 60 * i,
  pixels: new Uint8Array(4).fill(i),
  truth: 1,
  prediction: 2,
  probability: 0.3 + i / 200,
}));

describe('digitsReport', () => {
  const page = digitsReport({ run, misread, side: 2 });

  it('shows the surest mistakes as pictures, surest first', () => {
    const shown = [...page.matchAll(/class="sure">([\d.]+)/g)].map(([, percent]) => Number(percent));
    expect(shown).toHaveLength(40);
    expect(shown).toEqual(shown.toSorted((a, b) => b - a));
    for (const text of ['40 of 72', '65.5 %', '46.0 %', 'Test digit 4,260: a 1, read as 2', '72 misread']) {
      expect(page).toContain(text);
    }
    const sources = [...page.matchAll(/ src="([^"]*)/g)].map(([, source]) => source);
    expect(sources).toHaveLength(40);
    for (const source of sources) expect(source).toMatch(/^data:image\/png;base64,/);
  });

  it('marks each misread digit in the field of all', () => {
    expect(page.match(/M\d+ \d+h1v1h-1z/g)).toHaveLength(72);
  });

  it('shows no pictures where no digit was misread', () => {
    expect(digitsReport({ run, misread: [], side: 2 })).not.toContain('Its surest mistakes');
  });
});

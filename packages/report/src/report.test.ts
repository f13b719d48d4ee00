import { describe, expect, it } from 'vitest';
import { classRun, numberRun } from '../test/runs.js';
import { unbalanced } from '../test/unbalanced.js';
import { html } from './markup/html.js';
import { report } from './report.js';
import type { ClassTarget, NumberTarget, Run } from './run.js';

const EVIL = `<img src=x onerror="alert('&')">`;

const [income] = classRun.targets as [ClassTarget];
const [price] = numberRun.targets as [NumberTarget];

/** The same run with every text in it replaced, wherever it stands. */
function withTexts(value: unknown, text: string, key = ''): unknown {
  if (typeof value === 'string') return key === 'kind' ? value : text;
  if (Array.isArray(value)) return value.map((item) => withTexts(item, text));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withTexts(item, text, name)]));
}

describe.each([
  ['classes', classRun],
  ['a number', numberRun],
  ['both', { ...classRun, targets: [...classRun.targets, ...numberRun.targets] }],
])('report of a run on %s', (_, run) => {
  const page = report(run);

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
    expect(page).not.toMatch(/<script|<link|<img|@import|https?:|url\(/i);
  });

  it('is the same for the same run, also after it went through JSON', () => {
    expect(report(structuredClone(run))).toBe(page);
    expect(report(JSON.parse(JSON.stringify(run)))).toBe(page);
  });

  it('escapes every text that it is given', () => {
    const evil = report(withTexts(run, EVIL) as Run);
    expect(evil).not.toContain('<img src=x');
    expect(unbalanced(evil)).toEqual([]);
    const escaped = evil.match(/&lt;img src=x onerror=&quot;alert\(&#39;&amp;&#39;\)&quot;&gt;/g);
    expect(escaped?.length).toBeGreaterThan(10);
  });

  it('draws no number that is none', () => {
    expect(drawnWrongly(page)).toBeNull();
  });
});

/** Places in a drawing that are not numbers. */
function drawnWrongly(page: string): RegExpMatchArray | null {
  return page.match(/ (?:d|x|y|x1|y1|cx|cy|style|width|viewBox)="[^"]*(?:NaN|Infinity|undefined)[^"]*"/g);
}

it('says of which target its headline is, where there are several, and tells of each', () => {
  const page = report({ ...classRun, targets: [...classRun.targets, ...numberRun.targets] });
  expect(page).toContain('<span class="of">accuracy of income, validation rows</span>');
  expect(page).toContain(`its ${price.name} is off by`);
  expect(page).toContain(`R² of ${price.name}`);
  expect(report(classRun)).not.toContain('accuracy of income');
});

describe('report', () => {
  const page = report(classRun);

  it.each([
    ['result', '85.33 %', '4,342', '3,705', '76.07 %', '77.12 %', '0.907', '0.662'],
    ['run', '39,073', 'epochs, best 9', '41.7 s', '11,244', '11,266'],
    ['warnings', '2 warnings', 'is 0 in 91.7 % of the rows', 'a lower learning rate may help'],
    ['settings', 'adam, learning rate 0.001', 'softmaxCrossEntropy', 'linear(64)', '6,976'],
    ['confusion', '>3080<', '>223<', '>414<', '>625<'],
    ['classes', '93.2 %', '88.2 %', '3,080&nbsp;of&nbsp;3,303', '(223&times;)'],
    ['curves', '&gt;50K, area 0.907', 'on average'],
    ['columns', 'capital-gain', 'one of 16', '2009-01-02 to 2024-12-30', 'every row has another value'],
    ['importance', '+0.12', '-0.00030'],
    ['worst rows', '>933<', '99.8 %', '15,024'],
  ])('holds the numbers of the %s', (_, ...texts) => {
    for (const text of texts) expect(page).toContain(text);
  });

  it('holds the numbers of a run on numbers', () => {
    const text = report(numberRun);
    for (const number of ['0.812', 'R²', '15,312', '11,204', '30,117', 'off by', 'predicted − true']) {
      expect(text).toContain(number);
    }
  });

  it('shows the columns that matter most first', () => {
    const [, bars = ''] = /<ul class="bars">([\s\S]*?)<\/ul>/.exec(page) ?? [];
    const names = [...bars.matchAll(/class="label">([^<]*)/g)].map(([, name]) => name);
    expect(names.slice(0, 3)).toEqual(['marital-status', 'education', 'capital-gain']);
    expect(names).toHaveLength(7);
  });

  it('says so where the network is no better than always giving one answer', () => {
    const said = 'it has learned nothing of use';
    expect(page).not.toContain(said);
    const worse = { ...income, figures: { ...income.figures, accuracy: 0.7607 } };
    expect(report({ ...classRun, targets: [worse] })).toContain(said);
    const far = { ...price, figures: { ...price.figures, rmse: 41_023 } };
    expect(report({ ...numberRun, targets: [far] })).toContain(said);
  });

  it('shows a picture, a section and a style of its own', () => {
    const own = report(classRun, {
      picture: html`<figure class="mine"></figure>`,
      section: html`<section>more</section>`,
      style: '.mine { height: 1px }',
    });
    expect(own).toContain('<figure class="mine"></figure>');
    expect(own).not.toContain('class="comparison"');
    expect(own).toContain('<section>more</section>');
    expect(own).toContain('.mine { height: 1px }</style>');
  });

  const many = Array.from({ length: 40 }, (_, i) => `class ${i}`);
  it.each([
    ['one epoch', { epochs: classRun.epochs.slice(0, 1), bestEpoch: 1 }],
    ['no epoch', { epochs: [], losses: [], targets: [] }],
    [
      'nothing but a result',
      { columns: [], leftOut: [], importance: [], warnings: [], boxes: [], settings: [] },
    ],
    [
      'a class that never came',
      {
        targets: [
          {
            ...income,
            confusion: [
              [9, 0],
              [0, 0],
            ],
          },
        ],
      },
    ],
    [
      'no example at all',
      {
        targets: [
          {
            ...income,
            confusion: [
              [0, 0],
              [0, 0],
            ],
            figures: { accuracy: Number.NaN },
          },
        ],
      },
    ],
    [
      'forty classes',
      {
        targets: [
          { ...income, classes: many, confusion: many.map((_, i) => many.map((_, j) => (i * j) % 7)) },
        ],
      },
    ],
    ['no predictions', { targets: [{ ...price, predictions: [] }] }],
    ['the same prediction for all', { targets: [{ ...price, predictions: [{ target: 3, prediction: 3 }] }] }],
    [
      'predictions that are no numbers',
      {
        targets: [
          {
            ...price,
            predictions: [
              { target: 3, prediction: Number.NaN },
              { target: 4, prediction: 5 },
            ],
          },
        ],
      },
    ],
    [
      'a loss that is no number',
      { losses: classRun.losses.map((point, i) => (i === 5 ? { ...point, loss: Number.NaN } : point)) },
    ],
    [
      'only losses that are no numbers',
      {
        losses: classRun.losses.map((point) => ({ ...point, loss: Number.NaN })),
        epochs: classRun.epochs.slice(0, 2),
      },
    ],
    ['a negative loss', { losses: classRun.losses.map((point) => ({ ...point, loss: point.loss - 1 })) }],
    ['the same loss throughout', { losses: classRun.losses.map((point) => ({ ...point, loss: 1 })) }],
    ['no importance above 0', { importance: [{ column: 'age', increase: -1 }] }],
    [
      'three hundred boxes',
      {
        boxes: Array.from({ length: 300 }, (_, i) => ({
          ...(classRun.boxes[2] as Run['boxes'][0]),
          name: `b${i}`,
        })),
      },
    ],
  ] satisfies [string, Partial<Run>][])('draws a run with %s', (_, part) => {
    const drawn = report({ ...classRun, ...part });
    expect(unbalanced(drawn)).toEqual([]);
    expect(drawnWrongly(drawn)).toBeNull();
  });
});

import { expect, it } from 'vitest';
import { logChart } from './logChart.js';

it('draws each line with its name, names apart, ticks at round numbers', () => {
  const chart = logChart({
    title: 'speed < light',
    x: 'width',
    y: 'examples/s',
    lines: [
      {
        name: 'one',
        points: [
          [64, 1000],
          [128, 2000],
        ],
      },
      {
        name: 'two',
        points: [
          [64, 1000],
          [128, 2010],
        ],
        dashed: true,
      },
    ],
  });
  expect(chart).toContain('<title>speed &lt; light</title>');
  for (const tick of ['64', '128', '1,000', '2,000']) expect(chart).toContain(`>${tick}</text>`);
  const heightOf = (name: string): number =>
    Number(new RegExp(`y="([\\d.]+)"[^>]*>${name}<`).exec(chart)?.[1]);
  expect(Math.abs(heightOf('one') - heightOf('two'))).toBeGreaterThanOrEqual(18);
  expect(chart.match(/stroke-dasharray/g)).toHaveLength(1);
});

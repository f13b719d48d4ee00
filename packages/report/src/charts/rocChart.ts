import { formatPercent, formatSignificant } from '@fluxion/terminal';
import type { RocCurve } from '../run.js';
import type { LineChart, Series } from './lineChart.js';
import { linearScale } from './scale.js';

/** Curves that can still be told apart, and points that a curve is drawn by. */
const CURVES = 2;
const POINTS = 300;

/** What share of a class is found, for what share of the others that is taken for it by mistake. */
export function rocChart(roc: readonly RocCurve[], id: string): LineChart {
  const shown = roc.toSorted((a, b) => a.area - b.area).slice(0, CURVES);
  const share = { scale: linearScale(0, 1, 4), formatTick: (value: number) => formatPercent(value, 0) };
  const areas = shown.map(({ name, area }) => `${name} ${formatSignificant(area)}`).join(', ');
  return {
    id,
    title: 'ROC curve',
    description: `${roc.length > shown.length ? `The hardest of ${roc.length} classes. ` : ''}Areas under the curves: ${areas}; chance is 0.5.`,
    shape: 'square',
    x: { ...share, label: 'others taken for it' },
    y: { ...share, label: 'found' },
    series: [
      ...shown.map(
        ({ name, area, points }, i): Series => ({
          name: `${name}, area ${formatSignificant(area)}`,
          look: 'line',
          tone: i > 0 ? 'second' : undefined,
          points: thin([
            [0, 0],
            ...points.map(({ falsePositiveRate, recall }) => [falsePositiveRate, recall] as const),
            [1, 1],
          ]),
        }),
      ),
      {
        name: 'chance',
        look: 'reference',
        points: [
          [0, 0],
          [1, 1],
        ],
      },
    ],
  };
}

/** The points that are far enough apart to be seen. */
function thin(points: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const kept: (readonly [number, number])[] = [];
  for (const point of points) {
    const last = kept.at(-1);
    const apart = last ? Math.abs(point[0] - last[0]) + Math.abs(point[1] - last[1]) : 1;
    if (apart >= 1 / POINTS || point === points.at(-1)) kept.push(point);
  }
  return kept;
}

import { formatCount } from '@fluxion/terminal';
import { formatNumber } from '../figures.js';
import type { NumberTarget } from '../run.js';
import type { LineChart } from './lineChart.js';
import { roundedScale } from './scale.js';

/** Points of the scatter plot: more would only be drawn over one another. */
const POINTS = 1500;
const BINS = 24;

/** Each prediction over its target: on the diagonal where it is right. */
export function scatterChart({ predictions, name }: NumberTarget, id: string): LineChart {
  const every = Math.ceil(predictions.length / POINTS);
  const points = predictions
    .filter((_, i) => i % every === 0)
    .map(({ target, prediction }) => [target, prediction] as const);
  const values = points.flat().filter(Number.isFinite);
  const scale = roundedScale(Math.min(...values), Math.max(...values), undefined, 3);
  const [low, high] = [scale.ticks[0] as number, scale.ticks.at(-1) as number];
  const axis = { scale, formatTick: (value: number) => formatNumber(value, 2) };
  return {
    id,
    title: 'Predicted and true',
    description: `${formatCount(points.length)} predictions of ${name} over their true values.`,
    shape: 'square',
    x: { ...axis, label: `true ${name}` },
    y: { ...axis, label: 'predicted' },
    series: [
      { name: 'a prediction', look: 'specks', points },
      {
        name: 'right',
        look: 'reference',
        points: [
          [low, low],
          [high, high],
        ],
      },
    ],
  };
}

/** How often predictions are off by how much. */
export function residualChart({ predictions, name }: NumberTarget, id: string): LineChart {
  const residuals = predictions
    .map(({ target, prediction }) => prediction - target)
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  // The outermost hundredth would leave all others in one bar.
  const edge = Math.floor(residuals.length / 100);
  const reach = Math.max(Math.abs(residuals[edge] ?? 1), Math.abs(residuals.at(-1 - edge) ?? 1)) || 1;
  const scale = roundedScale(-reach, reach, undefined, 2);
  const [low, high] = [scale.ticks[0] as number, scale.ticks.at(-1) as number];
  const width = (high - low) / BINS;
  const counts = new Array<number>(BINS).fill(0);
  for (const residual of residuals) {
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor((residual - low) / width)));
    counts[bin] = (counts[bin] as number) + 1;
  }
  const bars = [...counts, 0].map((count, bin) => [low + bin * width, count] as const);
  const sizes = residuals.map(Math.abs).sort((a, b) => a - b);
  const median = sizes[Math.floor(sizes.length / 2)] ?? 0;
  return {
    id,
    title: 'Errors',
    description: `Half of the predictions of ${name} are off by at most ${formatNumber(median)}.`,
    shape: 'square',
    x: { label: 'predicted − true', scale, formatTick: (value: number) => formatNumber(value, 2) },
    y: {
      label: 'how many',
      scale: roundedScale(0, Math.max(...counts, 1), [0, Infinity]),
      formatTick: formatCount,
    },
    marks: [{ at: 0, label: '' }],
    series: [{ name: 'predictions', look: 'bars', points: bars }],
  };
}

import { formatPercent } from '@fluxion/terminal';
import type { CalibrationBin } from '../run.js';
import type { LineChart } from './lineChart.js';
import { linearScale } from './scale.js';

/** How often predictions come true that were given with about the same probability. */
export function calibrationChart(bins: readonly CalibrationBin[], id: string): LineChart {
  const met = bins.filter(({ weight }) => weight > 0);
  const total = met.reduce((sum, { weight }) => sum + weight, 0);
  const error = met.reduce(
    (sum, { weight, confidence, frequency }) => sum + (weight / total) * Math.abs(frequency - confidence),
    0,
  );
  const share = { scale: linearScale(0, 1, 4), formatTick: (value: number) => formatPercent(value, 0) };
  return {
    id,
    title: 'Calibration',
    description: `Probabilities are off by ${formatPercent(error, 1)} on average.`,
    shape: 'square',
    x: { ...share, label: 'probability given' },
    y: { ...share, label: 'came true' },
    series: [
      {
        name: `off by ${formatPercent(error, 1)} on average`,
        look: 'dots',
        points: met.map(({ confidence, frequency }) => [confidence, frequency]),
      },
      {
        name: 'perfect',
        look: 'reference',
        points: [
          [0, 0],
          [1, 1],
        ],
      },
    ],
  };
}

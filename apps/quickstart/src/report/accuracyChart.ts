import { formatPercent } from '@fluxion/terminal';
import type { LineChart } from './lineChart.js';
import type { EpochFigures } from './runReport.js';
import { roundedScale } from './scale.js';

/** Accuracy on the test digits after each epoch. */
export function accuracyChart(epochs: readonly EpochFigures[]): LineChart {
  const accuracies = epochs.map(({ testAccuracy }) => testAccuracy);
  const last = accuracies.at(-1) ?? 0;
  const every = Math.ceil(epochs.length / 10);
  const scale = roundedScale(Math.min(...accuracies), Math.max(...accuracies), [0, 1]);
  const whole = scale.ticks.every((tick) => Number.isInteger(Number((100 * tick).toFixed(6))));
  const room = 0.25; // beside the first and the last epoch, for their values
  return {
    id: 'accuracy',
    title: 'Test accuracy',
    description: `After ${epochs.length === 1 ? 'the only epoch' : `the last of ${epochs.length} epochs`} the accuracy on the test digits is ${formatPercent(last)}.`,
    x: {
      label: 'epochs',
      scale: {
        at: (epoch) => (epoch - 1 + room) / (epochs.length - 1 + 2 * room),
        ticks: epochs.map(({ epoch }) => epoch).filter((epoch) => (epochs.length - epoch) % every === 0),
      },
      formatTick: String,
    },
    y: {
      label: 'accuracy',
      scale,
      formatTick: (share) => formatPercent(share, whole ? 0 : 1),
    },
    marks: [],
    series: [
      {
        name: 'test accuracy',
        look: 'dots',
        points: epochs.map(({ epoch, testAccuracy }) => [epoch, testAccuracy]),
        format: formatPercent,
      },
    ],
  };
}

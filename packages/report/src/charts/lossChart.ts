import { formatCount, formatSignificant } from '@fluxion/terminal';
import type { LossPoint, Run } from '../run.js';
import type { LineChart, Mark } from './lineChart.js';
import { linearScale, logScale, roundedScale } from './scale.js';

/** Share of the run, on either side of a block, that its running mean is taken over. */
const REACH = 1 / 30;

/** Epochs whose names still fit beside each other on a narrow screen. */
const LABELLED_EPOCHS = 5;

/** The training loss over the examples learned from, block by block and as a running mean, and that of the measured ones. */
export function lossChart({ losses, examples, epochs, bestEpoch, measured }: Run): LineChart {
  const smooth = runningMean(losses, Math.ceil(losses.length * REACH));
  const atEnd = (epoch: number): number => (examples * epoch) / (epochs.at(-1)?.epoch ?? 1);
  const validation = epochs.flatMap(({ epoch, validation }) =>
    validation?.loss === undefined ? [] : [[atEnd(epoch), validation.loss] as const],
  );
  const finite = [...losses.map(({ loss }) => loss), ...validation.map(([, loss]) => loss)].filter(
    Number.isFinite,
  );
  const [low, high] = finite.length === 0 ? [1, 1] : [Math.min(...finite), Math.max(...finite)];
  const [first, last] = [smooth[0]?.loss ?? Number.NaN, smooth.at(-1)?.loss ?? Number.NaN];
  const labelled = epochs.length <= LABELLED_EPOCHS;
  const ends: Mark[] = labelled
    ? epochs.slice(0, -1).map(({ epoch }) => ({ at: atEnd(epoch), label: `epoch ${epoch + 1}` }))
    : [];
  const best: Mark[] =
    bestEpoch === undefined || labelled ? [] : [{ at: atEnd(bestEpoch), label: `best: epoch ${bestEpoch}` }];
  return {
    id: 'loss',
    title: 'Loss',
    description: `The running mean of the training loss goes from ${formatSignificant(first)} to ${formatSignificant(last)} over ${formatCount(examples)} examples.`,
    x: { label: 'examples', scale: linearScale(0, examples, 4), formatTick: formatCount },
    y: {
      label: '',
      scale: low > 0 ? logScale(low * 0.9, high * 1.1) : roundedScale(low, high),
      formatTick: (value) => formatSignificant(value, low > 0 && high > 3 * low ? 1 : 2),
    },
    marks: [...ends, ...best],
    series: [
      {
        name: `training, mean of ${formatCount(losses[0]?.example ?? 0)} examples`,
        look: 'faint',
        points: losses.map(({ example, loss }) => [example, loss]),
      },
      { name: 'running mean', look: 'line', points: smooth.map(({ example, loss }) => [example, loss]) },
      ...(validation.length === 0
        ? []
        : [{ name: measured.name, look: 'dots', tone: 'second', points: validation } as const]),
    ],
  };
}

/** The mean of each point and up to `reach` points on either side; near the start of as few as there are before it. */
function runningMean(points: readonly LossPoint[], reach: number): LossPoint[] {
  return points.map(({ example }, i) => {
    // At the start the loss falls so fast that a window that looked only ahead would hide it.
    const side = Math.min(reach, i);
    return { example, loss: meanLoss(points.slice(i - side, i + side + 1)) };
  });
}

/** Mean of the losses of blocks of the same length. */
export function meanLoss(points: readonly LossPoint[]): number {
  return points.reduce((sum, { loss }) => sum + loss, 0) / points.length;
}

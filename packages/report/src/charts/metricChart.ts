import { formatPercent, formatSignificant } from '@fluxion/terminal';
import { figureName, formatFigure, mainFigure } from '../figures.js';
import type { EpochFigures, Run, Target } from '../run.js';
import type { LineChart, Series } from './lineChart.js';
import { roundedScale, type Scale } from './scale.js';

/** Epochs whose values still fit above their dots. */
const VALUES = 7;

/** The main target's main figure after each epoch, where the epochs have it. */
export function metricChart({ epochs, targets, measured, bestEpoch }: Run): LineChart | undefined {
  const [target] = targets;
  const name = target && figureOfEpochs(target, epochs);
  if (name === undefined) return undefined;
  const over = (figures: 'training' | 'validation'): [number, number][] =>
    epochs.flatMap(({ epoch, [figures]: values }) => {
      const value = values?.[name];
      return value === undefined || !Number.isFinite(value) ? [] : [[epoch, value]];
    });
  const [training, validation] = [over('training'), over('validation')];
  const values = [...training, ...validation].map(([, value]) => value);
  if (values.length === 0) return undefined;
  const isShare = name === 'accuracy' || name === 'balancedAccuracy';
  const bounds = isShare ? ([0, 1] as const) : name === 'r2' ? ([-Infinity, 1] as const) : undefined;
  const scale = roundedScale(Math.min(...values), Math.max(...values), bounds);
  const whole = scale.ticks.every((tick) => Number.isInteger(Number((100 * tick).toFixed(6))));
  const last = (validation.at(-1) ?? training.at(-1)) as [number, number];
  const few = epochs.length <= VALUES;
  const measure: Series = {
    name: measured.name,
    look: few ? 'dots' : 'line',
    tone: 'second',
    points: validation,
    format: few ? (value) => formatFigure(name, value) : undefined,
  };
  const learned: Series = { name: 'training', look: 'line', points: training };
  return {
    id: 'metric',
    title: figureName(name).replace(/^./, (letter) => letter.toUpperCase()),
    description: `After epoch ${last[0]} the ${figureName(name)} is ${formatFigure(name, last[1])}.`,
    x: { label: 'epochs', scale: epochScale(epochs, few ? 0.25 : 0), formatTick: String },
    y: {
      label: '',
      scale,
      formatTick: isShare
        ? (share) => formatPercent(share, whole ? 0 : 1)
        : (value) => formatSignificant(value, 2),
    },
    marks: few || bestEpoch === undefined ? [] : [{ at: bestEpoch, label: `best: epoch ${bestEpoch}` }],
    series: [training.length > 0 ? learned : [], validation.length > 0 ? measure : []].flat(),
  };
}

function figureOfEpochs(target: Target, epochs: readonly EpochFigures[]): string | undefined {
  const main = mainFigure(target);
  const names = new Set(
    epochs.flatMap(({ training, validation = {} }) => Object.keys({ ...training, ...validation })),
  );
  return [main, 'accuracy', 'rmse', 'mae'].find((name) => names.has(name));
}

/** Room beside the first and the last epoch, in epochs, for their values. */
function epochScale(epochs: readonly EpochFigures[], room: number): Scale {
  const [first, last] = [epochs[0]?.epoch ?? 1, epochs.at(-1)?.epoch ?? 1];
  const every = Math.ceil(epochs.length / 10);
  const width = last - first + 2 * room;
  return {
    at: (epoch) => (width === 0 ? 0.5 : (epoch - first + room) / width),
    ticks: epochs.map(({ epoch }) => epoch).filter((epoch) => (last - epoch) % every === 0),
  };
}

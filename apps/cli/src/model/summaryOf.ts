import type { FlowGraph } from '@fluxion/graph';
import { formatShape } from '@fluxion/tensor';
import { formatCount } from '@fluxion/terminal';
import type { ModelAbout } from './modelAbout.js';
import { parameterCount } from './parameterCount.js';

/** More columns than these are counted, not named. */
const NAMED = 3;

/** `image [784] → digit, 10 classes; 79,510 parameters, loss softmaxCrossEntropy`. */
export function summaryOf(model: FlowGraph, { inputs, target, loss }: ModelAbout): string {
  const from = Object.entries(inputs).map(
    ([name, { columns }]) => `${named(columns)} ${formatShape(model.inputs[name] ?? [])}`,
  );
  const units = model.box(model.outputs[0] as string).shape[0];
  const classes = target.kind === 'labels' ? `, ${target.names?.length ?? units} classes` : '';
  const parameters = model.boxes.reduce((sum, box) => sum + parameterCount(box), 0);
  return `${from.join(' and ')} → ${named(target.columns)}${classes}; ${formatCount(parameters)} parameters, loss ${loss}`;
}

function named(columns: readonly string[]): string {
  return columns.length > NAMED ? `${columns.length} columns` : columns.join(', ');
}

import type { Box, FlowGraph } from '@fluxion/graph';
import { formatShape, sizeOf } from '@fluxion/tensor';
import { formatCount } from '@fluxion/terminal';
import type { TrainedSoFar } from './modelAbout.js';
import type { Task } from './task.js';

/** More columns than these are counted, not named. */
const NAMED = 3;

/** `age, city [12] → income, 2 classes; 1,010 parameters, loss softmaxCrossEntropy`. */
export function modelSummary(model: FlowGraph, { columns, outputs }: Task): string {
  const shapes = Object.values(model.inputs).map(formatShape).join(' and ');
  const targets = outputs.map(
    ({ columns, classes }) =>
      `${named(columns)}${classes === undefined ? '' : `, ${formatCount(classes)} classes`}`,
  );
  const kinds = [...new Set(outputs.map(({ loss }) => loss.kind))];
  const count = formatCount(countParameters(model));
  return `${named(columns.map(({ column }) => column))} ${shapes} → ${targets.join('; ')}; ${count} parameters, loss ${kinds.join(' and ')}`;
}

/** What a task predicts, for JSON: `target`, or `targets` where there are several. */
export function targetsOf({ outputs }: Task): { readonly target?: unknown; readonly targets?: unknown } {
  const targets = outputs.flatMap(({ columns, classes, names }) =>
    columns.map((column) => ({
      column,
      kind: classes === undefined ? 'number' : 'classes',
      ...(classes === undefined
        ? {}
        : { classes: names ?? Array.from({ length: classes }, (_, i) => String(i)) }),
    })),
  );
  return targets.length === 1 ? { target: targets[0] } : { targets };
}

/** `trained for 5 epochs with sgd, learning rate 0.01, momentum 0.9, batch size 1, l2 0.00001, seed 0`. */
export function trainingSummary({ epochs, seed, stopped, trainedWith }: TrainedSoFar): string {
  const {
    optimizer,
    learningRate,
    schedule,
    warmUp,
    decreaseConstant,
    momentum = 0,
    batchSize,
    l1,
    l2,
  } = trainedWith ?? {};
  const times = `${formatCount(epochs)} ${epochs === 1 ? 'epoch' : 'epochs'}${stopped === undefined ? '' : ' and a part'}`;
  if (trainedWith === undefined) return `trained for ${times}`;
  const parts = [
    `trained for ${times} with ${optimizer}`,
    `learning rate ${learningRate}`,
    schedule ? `schedule ${schedule}` : '',
    warmUp ? `warm-up ${warmUp}` : '',
    decreaseConstant ? `decrease constant ${decreaseConstant}` : '',
    momentum ? `momentum ${momentum}` : '',
    `batch size ${batchSize}`,
    l1 ? `l1 ${l1}` : '',
    l2 ? `l2 ${l2}` : '',
    `seed ${seed}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function named(columns: readonly string[]): string {
  return columns.length > NAMED ? `${columns.length} columns` : columns.join(', ');
}

/** Numbers that training can change in a box. */
export function parameterCount({ parameters }: Box): number {
  return [...parameters.values()].reduce((sum, { value }) => sum + sizeOf(value.shape), 0);
}

/** Numbers that training can change in a model. */
export function countParameters({ boxes }: FlowGraph): number {
  return boxes.reduce((sum, box) => sum + parameterCount(box), 0);
}

import type { Box, FlowGraph } from '@fluxion/graph';
import { formatShape, sizeOf } from '@fluxion/tensor';
import { formatCount } from '@fluxion/terminal';
import { mainOutput } from './lossFor.js';
import type { ModelAbout } from './modelAbout.js';

/** More columns than these are counted, not named. */
const NAMED = 3;

/** `image [784] → digit, 10 classes; 79,510 parameters, loss softmaxCrossEntropy`. */
export function modelSummary(
  model: FlowGraph,
  { inputs, target, loss }: Pick<ModelAbout, 'inputs' | 'target' | 'loss'>,
): string {
  const from = Object.entries(inputs).map(
    ([name, { columns }]) => `${named(columns)} ${formatShape(model.inputs[name] ?? [])}`,
  );
  const [units] = mainOutput(model).shape;
  const classes = target.kind === 'labels' ? `, ${target.names?.length ?? units} classes` : '';
  const parameters = model.boxes.reduce((sum, box) => sum + parameterCount(box), 0);
  return `${from.join(' and ')} → ${named(target.columns)}${classes}; ${formatCount(parameters)} parameters, loss ${loss}`;
}

/** `trained for 5 epochs with sgd, learning rate 0.01, momentum 0.9, batch size 1, l2 0.00001, seed 0`. */
export function trainingSummary({ epochs, seed, stopped, trainedWith }: ModelAbout): string {
  const { optimizer, learningRate, decreaseConstant, momentum = 0, batchSize, l1, l2 } = trainedWith ?? {};
  const times = `${formatCount(epochs)} ${epochs === 1 ? 'epoch' : 'epochs'}${stopped === undefined ? '' : ' and a part'}`;
  if (trainedWith === undefined) return `trained for ${times}`;
  const parts = [
    `trained for ${times} with ${optimizer}`,
    `learning rate ${learningRate}`,
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

import type { Examples } from '@fluxion/data';
import type { FlowGraph, Link } from '@fluxion/graph';
import { argmax, fprop } from '@fluxion/pipeline';
import { type DataPlace, elements, type Floats, type Tensor } from '@fluxion/tensor';
import { map, type OperatorFunction } from 'rxjs';
import { expectFiniteOutput } from '../measuring/measure.js';
import { inTable, type TaskOutput } from '../model/task.js';
import type { OutputPrediction } from './predictionLayout.js';

/** What a model says of a minibatch, output by output. */
export interface OutputPredictions {
  readonly rows: number;
  readonly outputs: readonly OutputPrediction[];
  /** Where a row comes from. */
  locate(row: number): DataPlace;
}

/** What is needed of an output to say what it predicts. */
export type PredictedOutput = Pick<TaskOutput, 'output' | 'loss' | 'mean' | 'deviation' | 'isLog'>;

/**
 * Predicts every output of a model in the terms of the table: probabilities of classes, numbers in their own units.
 *
 * @throws {DataError} as the stream's error, with the row of which the model makes no finite number.
 */
export function predictOutputs(
  model: FlowGraph,
  outputs: readonly PredictedOutput[],
): OperatorFunction<Examples, OutputPredictions> {
  return (source) =>
    source.pipe(
      fprop(model, { mode: 'predict' }),
      map(({ examples, tape }) => ({
        rows: examples.size,
        locate: (row: number) => examples.locate?.(row) ?? {},
        outputs: outputs.map((output) => {
          const values = tape.linked(output.loss.link, output.output);
          expectFiniteOutput(values, examples);
          return {
            numbers: inOwnUnits(elements(values), output),
            labels: classesOf(values, output.loss.link),
          };
        }),
      })),
    );
}

function inOwnUnits(values: Floats, output: PredictedOutput): Floats {
  const { mean, deviation, isLog } = output;
  if (mean === 0 && deviation === 1 && isLog !== true) return values;
  return Float64Array.from(values, (value) => inTable(output, value));
}

function classesOf(values: Tensor, link: Link): Int32Array {
  if (link === 'softmax' || (link === 'identity' && values.shape.length === 2)) return argmax(values);
  const isOne = link === 'sigmoid' && values.shape.length === 2 && values.shape[1] === 1;
  return isOne ? Int32Array.from(elements(values), (p) => (p > 0.5 ? 1 : 0)) : new Int32Array(0);
}

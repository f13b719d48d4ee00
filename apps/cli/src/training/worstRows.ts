import type { FlowGraph } from '@fluxion/graph';
import { examples, fprop, untilAborted } from '@fluxion/pipeline';
import type { WorstRows } from '@fluxion/report';
import { type DataPlace, elements, type Labels, type Tensor } from '@fluxion/tensor';
import { Vector } from 'apache-arrow';
import { textOf } from '../convert/csvTableWriter.js';
import { batchSizeFor } from '../measuring/measure.js';
import { type Task, type TaskOutput, targetOf } from '../model/task.js';
import type { BadRows } from '../options/badRowOptions.js';
import { openSource } from '../sources/openSource.js';
import type { Measured } from './validationTable.js';

/** Rows that are kept. */
const KEPT = 10;

interface Mistake {
  /** What orders mistakes: −log p of the true class, or the distance. */
  readonly loss: number;
  readonly place: DataPlace;
  readonly target: string | number;
  readonly prediction: string | number;
  readonly probability?: number;
}

/**
 * The rows that a model is most wrong about in its main output, with what the table has of them.
 *
 * @param shown columns to show of them
 */
export async function worstRows(
  model: FlowGraph,
  task: Task,
  { source, rows, bad }: Measured,
  shown: readonly string[],
  signal: AbortSignal,
): Promise<WorstRows> {
  const [output] = task.outputs;
  let worst: Mistake[] = [];
  if (output === undefined) return { columns: [], rows: [] };
  await examples(source, { ...task.examples(true), batchSize: batchSizeFor(model, 256), rows })
    .pipe(untilAborted(signal), fprop(model, { mode: 'predict' }))
    .forEach(({ tape, examples }) => {
      const predictions = elements(tape.linked(output.loss.link, output.output));
      const targets = elements(targetOf(task.outputs, output, examples.targets) as Tensor | Labels);
      for (let i = 0; i < examples.size; i++) {
        const width = predictions.length / examples.size;
        const mistake = mistakeOf(
          output,
          predictions.subarray(i * width, (i + 1) * width),
          targets[i] as number,
        );
        const last = worst[KEPT - 1];
        if (mistake.isRight || (last !== undefined && mistake.loss <= last.loss)) continue;
        worst = [...worst, { ...mistake, place: examples.locate?.(i) ?? {} }]
          .sort((a, b) => b.loss - a.loss)
          .slice(0, KEPT);
      }
    });
  const read = await Promise.all(worst.map(({ place }) => rowValues(place, shown, bad)));
  return {
    columns: shown,
    rows: worst.map(({ place, loss: _, ...mistake }, i) => ({
      ...mistake,
      row: place.row ?? 0,
      values: read[i] ?? [],
    })),
  };
}

function mistakeOf(
  { classes, names, mean, deviation }: TaskOutput,
  values: ArrayLike<number>,
  truth: number,
): Omit<Mistake, 'place'> & { readonly isRight: boolean } {
  if (classes === undefined) {
    const [target, prediction] = [mean + deviation * truth, mean + deviation * (values[0] as number)];
    return { loss: Math.abs(prediction - target), isRight: false, target, prediction };
  }
  const second = values[0] as number;
  const probabilities = values.length === 1 ? [1 - second, second] : Array.from(values);
  const probability = Math.max(...probabilities);
  const label = probabilities.indexOf(probability);
  return {
    loss: -Math.log(probabilities[truth] as number),
    isRight: label === truth,
    target: names?.[truth] ?? truth,
    prediction: names?.[label] ?? label,
    probability,
  };
}

/** The cells of a row, as the table has them. */
async function rowValues(
  { file, row }: DataPlace,
  columns: readonly string[],
  bad: BadRows,
): Promise<readonly string[]> {
  if (file === undefined || row === undefined) return [];
  const open = await openSource([file], bad).open();
  try {
    const fields = columns.map((column) => open.schema.fields.findIndex(({ name }) => name === column));
    const block = await open.read(row, 1, fields);
    const values = (block?.columns ?? []).map((data) => textOf(data.type)(new Vector([data]).get(0)));
    block?.release?.();
    return values;
  } finally {
    await open.close();
  }
}

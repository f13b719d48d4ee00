import type { Source } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { examples, fprop, untilAborted } from '@fluxion/pipeline';
import type { WorstRows } from '@fluxion/report';
import { elements, type Labels, type Tensor } from '@fluxion/tensor';
import { Vector } from 'apache-arrow';
import { cellText } from '../convert/cellText.js';
import { batchSizeFor } from '../measuring/measure.js';
import { inTable, type Task, type TaskOutput, targetOf } from '../model/task.js';
import { changedSource } from '../sources/changedSource.js';
import type { ValidationRows } from '../training/validationTable.js';

/** Rows that are kept. */
const KEPT = 10;

interface Mistake {
  /** What orders mistakes: −log p of the true class, or the distance. */
  readonly loss: number;
  readonly row: number;
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
  { source, rows }: ValidationRows,
  shown: readonly string[],
  signal: AbortSignal,
): Promise<WorstRows> {
  const [output] = task.outputs;
  let worst: Mistake[] = [];
  if (output === undefined) return { columns: [], rows: [] };
  await examples(numbered(source), { ...task.examples(true), batchSize: batchSizeFor(model, 256), rows })
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
        worst = [...worst, { ...mistake, row: examples.locate?.(i).row ?? 0 }]
          .sort((a, b) => b.loss - a.loss)
          .slice(0, KEPT);
      }
    });
  const cells = await rowCells(
    source,
    worst.map(({ row }) => row),
    shown,
    signal,
  );
  return {
    columns: shown,
    rows: worst.map(({ loss: _, ...mistake }) => ({ ...mistake, values: cells.get(mistake.row) ?? [] })),
  };
}

/** A source in which a place is the number of its row, by which the row is read again. */
function numbered(source: Source): Source {
  return {
    ...source,
    open: async (signal) => changedSource(await source.open(signal), { locate: (row) => ({ row }) }),
  };
}

function mistakeOf(
  output: TaskOutput,
  values: ArrayLike<number>,
  truth: number,
): Omit<Mistake, 'row'> & { readonly isRight: boolean } {
  const { classes, names, mean, deviation } = output;
  if (classes === undefined) {
    const [target, prediction] = [mean + deviation * truth, inTable(output, values[0] as number)];
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

/** The cells of some rows, as the table has them, by row. */
async function rowCells(
  source: Source,
  rows: readonly number[],
  columns: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<number, readonly string[]>> {
  const cells = new Map<number, readonly string[]>();
  const open = await source.open(signal);
  try {
    const fields = columns.map((column) => open.schema.fields.findIndex(({ name }) => name === column));
    // A one-way source is read in rising order.
    for (const row of rows.toSorted((a, b) => a - b)) {
      const block = await open.read(row, 1, fields);
      if (block === undefined) break;
      cells.set(
        row,
        // A midnight is a date, for who reads it.
        block.columns.map((data) =>
          cellText(data.type)(new Vector([data]).get(0)).replace(/T00:00:00\.000Z$/, ''),
        ),
      );
      block.release?.();
    }
  } finally {
    await open.close();
  }
  return cells;
}

import type { Source } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { examples, predict, untilAborted } from '@fluxion/pipeline';
import { elements, type Labels, type Tensor } from '@fluxion/tensor';
import type { Misread } from './report/misreadDigits.js';

const CLASSES = 10;

/** What a network made of the digits of a file. */
export interface Readings {
  /** Row the truth, column the prediction. */
  readonly confusion: readonly (readonly number[])[];
  /** In the order of the file. */
  readonly misread: readonly Misread[];
}

/**
 * Lets the model read every digit of a source, in its order, and counts what it took for what.
 *
 * @param signal ends it early, with the digits read so far.
 */
export async function readDigits(model: FlowGraph, source: Source, signal: AbortSignal): Promise<Readings> {
  const confusion = Array.from({ length: CLASSES }, () => new Uint32Array(CLASSES));
  const misread: Misread[] = [];
  let index = 0;
  await examples(source, { input: 'image', target: 'digit', batchSize: 100 })
    .pipe(untilAborted(signal), predict(model, 'softmax'))
    .forEach(({ examples: { inputs, targets, size }, output, labels }) => {
      for (let i = 0; i < size; i++, index++) {
        const truth = (targets.target as Labels).get(i);
        const prediction = labels[i] as number;
        const row = confusion[truth] as Uint32Array;
        row[prediction] = (row[prediction] as number) + 1;
        if (prediction !== truth) {
          const pixels = inkOf((inputs.input as Tensor).pick(i));
          misread.push({ index, pixels, truth, prediction, probability: output.get(i, prediction) });
        }
      }
    });
  return { confusion: confusion.map((row) => [...row]), misread };
}

/** A picture as bytes again, as they were before they were scaled to [0, 1]. */
function inkOf(image: Tensor): Uint8Array {
  return Uint8Array.from(elements(image), (ink) => Math.round(255 * ink));
}

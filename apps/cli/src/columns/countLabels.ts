import { openExamples, type Source } from '@fluxion/data';
import { DataError, type Labels } from '@fluxion/tensor';

/** Labels that are looked at together. */
const BATCH_SIZE = 4096;

/** Room for as many is had at once; for more, when such a label comes: there are mostly far fewer than may be. */
const FEW_CLASSES = 1000;

/** How many classes there may be, and what an error says of a label beyond them. */
export interface ClassLimit {
  readonly classes: number;
  readonly reason: string;
  readonly fix: string;
}

/**
 * Counts the examples of each class of a column of numbers: by label, as far as the greatest one and maybe beyond.
 *
 * @throws {DataError} with the row of a label that is beyond the limit.
 */
export async function countLabels(
  source: Source,
  column: string,
  { classes, reason, fix }: ClassLimit,
  signal: AbortSignal,
): Promise<Uint32Array> {
  let counts = new Uint32Array(FEW_CLASSES);
  const options = { input: column, target: column, targetKind: 'labels', batchSize: BATCH_SIZE } as const;
  const reader = await openExamples(source, options, signal);
  try {
    while (await reader.advance()) {
      for (let next = reader.next(); next !== undefined; next = reader.next()) {
        const labels = next.targets.target as Labels;
        for (let i = 0; i < next.size; i++) {
          const label = labels.get(i);
          if (label >= classes) {
            const place = { ...next.locate?.(i), column };
            throw new DataError(
              `expected a label from 0 to ${classes - 1}, ${reason}, got ${label}; ${fix}`,
              place,
            );
          }
          if (label >= counts.length) counts = grow(counts, label);
          counts[label] = (counts[label] as number) + 1;
        }
      }
    }
  } finally {
    await reader.close();
  }
  return counts;
}

/** As long as it takes for a label, and half as long again at least, so that rising labels are not copied each time. */
function grow(counts: Uint32Array, label: number): Uint32Array<ArrayBuffer> {
  const longer = new Uint32Array(Math.max(label + 1, Math.ceil(1.5 * counts.length)));
  longer.set(counts);
  return longer;
}

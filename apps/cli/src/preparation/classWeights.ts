import { type Encoder, openExamples, type RowFilter, type Source } from '@fluxion/data';
import { elements, type Labels } from '@fluxion/tensor';
import { UsageError } from '../usageError.js';

/** Rows whose classes are weighed. */
export interface WeighedRows {
  readonly source: Source;
  readonly rows: RowFilter | undefined;
  readonly encoder: Encoder;
}

/**
 * What an example of each class counts in the loss, by label: `balanced` makes classes of any size count as much, n / (k nᵢ)
 * for nᵢ of n examples of k classes; `yes=20,no=1` says it, and a class that is not named counts 1. Undefined where nothing is said.
 *
 * @throws {UsageError} when there is no single target of classes, or the text names no class or weight.
 */
export async function classWeights(
  text: string | undefined,
  { source, rows, encoder }: WeighedRows,
  signal: AbortSignal,
): Promise<readonly number[] | undefined> {
  if (text === undefined) return undefined;
  const [target, ...others] = Object.values(encoder.targets);
  if (target?.kind !== 'classes' || others.length > 0) {
    throw new UsageError('--class-weights: expected one target of classes with it');
  }
  const { classes } = target;
  if (text !== 'balanced') return givenWeights(text, classes);
  const counts = new Array<number>(classes.length).fill(0);
  const reader = await openExamples(source, { encoder, rows, batchSize: 1024 }, signal);
  try {
    while (await reader.advance()) {
      for (let next = reader.next(); next !== undefined; next = reader.next()) {
        for (const label of elements(next.targets[target.column] as Labels)) {
          counts[label] = (counts[label] ?? 0) + 1;
        }
      }
    }
  } finally {
    await reader.close();
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (count === 0 ? 1 : total / (classes.length * count)));
}

function givenWeights(text: string, classes: readonly string[]): readonly number[] {
  const weights = classes.map(() => 1);
  for (const pair of text.split(',')) {
    const split = pair.lastIndexOf('=');
    const [name, weight] = [pair.slice(0, split), Number(pair.slice(split + 1))];
    const label = classes.indexOf(name);
    if (split < 1 || label < 0 || !(weight >= 0 && Number.isFinite(weight))) {
      throw new UsageError(
        `--class-weights: expected balanced, or classes with weights from 0, as ${classes[0]}=1,${classes[1] ?? 'b'}=20, got '${pair}'`,
      );
    }
    weights[label] = weight;
  }
  return weights;
}

import { OptionError } from '@fluxion/tensor';
import { expectAsSaved, type RunIdentity, runIdentity, type TrainingRun } from './trainingRun.js';

/**
 * Compares the examples of a run that goes on with those that it was saved with.
 *
 * @returns whether the files have grown
 * @throws {OptionError} saying what differs: the order, a file, or rows that were appended where they may not be.
 */
export async function expectSameExamples(
  run: TrainingRun,
  before: RunIdentity,
  now: RunIdentity,
  mayGrow: boolean,
): Promise<boolean> {
  expectAsSaved('order', before.order, now.order);
  const [was, is] = [before.files ?? [], now.files ?? []];
  const last = was.length - 1;
  // Rows that are added anywhere but at the end give others another number.
  const hasGrown = last >= 0 && (is.length > was.length || (is[last]?.size ?? 0) > (was[last]?.size ?? 0));
  const known = hasGrown
    ? await runIdentity(
        run,
        was.map(({ size }) => size),
      )
    : now;
  const changed = was.findIndex(({ size, sha256 }, i) => {
    const same = known.files?.[i];
    return same?.sha256 !== sha256 || (i < last && is[i]?.size !== size);
  });
  if (changed >= 0 || (is.length > 0 && was.length === 0)) {
    const path = (await run.source?.files?.())?.[Math.max(0, changed)] ?? 'a file';
    const sizes = [was, is].map((files) => files[Math.max(0, changed)]?.size);
    const [saved = 'none', got = 'none'] = sizes.map((size) => size && `${size} bytes`);
    throw new OptionError(
      `checkpoint file ${path}: expected what it held when it was saved, ${saved}, got ${saved === got ? 'something else' : got}; go on with the same, or name another directory`,
    );
  }
  if (hasGrown && !mayGrow) {
    throw new OptionError(
      `checkpoint file ${(await run.source?.files?.())?.at(-1)}: expected the rows with which it was saved, got more; where rows have been appended, resume with { appended: true }`,
    );
  }
  return hasGrown;
}

import { UsageError } from '../usageError.js';

/**
 * The columns of a target in the order of the model's outputs. One column may have any name; several are known by theirs.
 *
 * @param known columns that the model was saved with
 * @throws {UsageError} when they are not the model's.
 */
export function orderedTarget(
  target: readonly string[],
  known: readonly string[] | undefined,
): readonly string[] {
  if (known === undefined || (known.length === 1 && target.length === 1)) return target;
  if (target.length === known.length && known.every((column) => target.includes(column))) return known;
  throw new UsageError(
    `--target: expected the model's ${known.join(', ')}, in any order, got ${target.join(', ')}`,
  );
}

import type { FoundColumns } from '../columns/findColumns.js';

/** More classes than these are counted, not named. */
const NAMED = 10;

/** What may well be wrong with the columns that a model is to be trained on, in words. */
export function doubtsOf({ inputs, target, emptyClasses }: FoundColumns): readonly string[] {
  const given = Object.values(inputs).flatMap(({ columns }) => columns);
  const shown = target.columns.filter((column) => given.includes(column));
  const doubts: string[] = [];
  // A model that is to give back all that it is given is meant so.
  if (shown.length > 0 && given.some((column) => !target.columns.includes(column))) {
    doubts.push(
      `the target ${shown.join(', ')} is among the inputs: the model is given what it is to predict`,
    );
  }
  if (emptyClasses.length > 0) {
    const which =
      emptyClasses.length > NAMED ? `${emptyClasses.length} classes` : `class ${emptyClasses.join(', ')}`;
    doubts.push(`no example of ${target.columns.join(', ')} is of ${which}`);
  }
  return doubts;
}

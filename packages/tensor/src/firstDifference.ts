import type { Json } from './saved.js';

/** Where two values first differ, and what is there: `undefined` for what one of them lacks. */
export interface Difference {
  /** Names and places, as `boxes.hidden.units`. */
  readonly path: string;
  readonly values: readonly [Json | undefined, Json | undefined];
}

/**
 * The first place where two JSON values differ, in the order of the first one's members; the order of members makes no
 * difference.
 *
 * @example
 * firstDifference({ seed: 1, rows: [1, 2] }, { seed: 1, rows: [1, 3] }); // { path: 'rows.1', values: [2, 3] }
 */
export function firstDifference(a: Json | undefined, b: Json | undefined, path = ''): Difference | undefined {
  if (!isStructure(a) || !isStructure(b) || Array.isArray(a) !== Array.isArray(b)) {
    return a === b ? undefined : { path, values: [a, b] };
  }
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const [own, other] = [a, b].map((each) => (each as Record<string, Json | undefined>)[name]);
    const found = firstDifference(own, other, path === '' ? name : `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isStructure(value: Json | undefined): value is readonly Json[] | { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null;
}

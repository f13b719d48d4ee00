import { firstDifference, type Json } from '@fluxion/tensor';
import type { GatheringShard } from './shard.js';

/** Characters of a value in a message. */
const SHOWN = 60;

/**
 * Compares values of several processes, which all call it: `rank 2: expected rows to be 60000, as on rank 0, got 59999`, of the first
 * one that has others than most. Undefined where all have the same.
 *
 * @param values by name: few numbers, and hashes of what is large
 */
export function differingRank(
  shard: Pick<GatheringShard, 'gather'>,
  values: Readonly<Record<string, Json>>,
): string | undefined {
  const texts = shard.gather(JSON.stringify(values));
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  const most = Math.max(...counts.values());
  const usual = texts.findIndex((text) => counts.get(text) === most);
  const [wanted = '', parse] = [texts[usual], (text: string) => JSON.parse(text) as typeof values];
  for (const [rank, text] of texts.entries()) {
    const difference = text === wanted ? undefined : firstDifference(parse(wanted), parse(text));
    if (difference === undefined) continue;
    const [expected, got] = difference.values.map(shortened);
    return `rank ${rank}: expected ${difference.path} to be ${expected}, as on rank ${usual}, got ${got}`;
  }
  return undefined;
}

function shortened(value: Json | undefined): string {
  const text = JSON.stringify(value) ?? 'none';
  return text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text;
}

/** Every so many of the targets that were counted: of 4,096 or fewer all, and of more at least half as many. It is saved as JSON. */
export interface TargetSample {
  seen: number;
  every: number;
  /** Of each example the values of its units, and last what it counts. */
  rows: readonly (readonly number[])[];
}

const MOST = 4096;

export function targetSample(): TargetSample {
  return { seen: 0, every: 1, rows: [] };
}

/** Takes in an example, if it is its turn. */
export function addTarget(sample: TargetSample, values: Iterable<number>, weight: number): void {
  if (sample.seen++ % sample.every > 0) return;
  (sample.rows as number[][]).push([...values, weight]);
  if (sample.rows.length < MOST) return;
  sample.rows = sample.rows.filter((_, i) => i % 2 === 0);
  sample.every *= 2;
}

/** The weighted median of each unit: half of the weight lies on either side. */
export function medians({ rows }: TargetSample): readonly number[] {
  const units = (rows[0]?.length ?? 1) - 1;
  const total = rows.reduce((sum, row) => sum + (row[units] as number), 0);
  return Array.from({ length: units }, (_, unit) => {
    let below = 0;
    const sorted = rows.toSorted((a, b) => (a[unit] as number) - (b[unit] as number));
    const place = sorted.findIndex((row) => {
      below += row[units] as number;
      return below >= total / 2;
    });
    const [own, next] = [place, place + 1].map((i) => sorted[i]?.[unit]);
    // Exactly half lies on one side: anything up to the next value is a median.
    return below === total / 2 && next !== undefined ? ((own as number) + next) / 2 : (own ?? 0);
  });
}

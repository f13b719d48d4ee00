/** Where the values of an axis lie: `at` is 0 at the low end and 1 at the high end. */
export interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** From `low` to `high` exactly, with about `count` round ticks between them. */
export function linearScale(low: number, high: number, count = 5): Scale {
  const step = roundStep((high - low) / count);
  return between(low, high, multiples(step, Math.ceil(low / step - 1e-9), Math.floor(high / step + 1e-9)));
}

/** From the round tick at or under `low` to the one at or over `high`, but not outside `bounds`. */
export function roundedScale(
  low: number,
  high: number,
  bounds: readonly [number, number] = [-Infinity, Infinity],
  count = 4,
): Scale {
  const step = roundStep((high - low) / count || Math.abs(high) / 100 || 1);
  const first = Math.max(Math.floor(low / step - 1e-9), Math.ceil(bounds[0] / step));
  const last = Math.min(Math.max(Math.ceil(high / step + 1e-9), first + 1), Math.floor(bounds[1] / step));
  const ticks = multiples(step, Math.min(first, last - 1), last);
  return between(ticks[0] as number, ticks.at(-1) as number, ticks);
}

/**
 * Logarithmic from `low` to `high`, both positive, with ticks at 1, 2 and 5 times the powers of ten, or at round steps
 * where hardly any of those lies between them.
 */
export function logScale(low: number, high: number): Scale {
  const first = Math.floor(Math.log10(low));
  const powers = Array.from({ length: Math.ceil(Math.log10(high)) - first + 1 }, (_, i) => first + i);
  const ticks = powers
    .flatMap((power) => [1, 2, 5].map((digit) => Number(`${digit}e${power}`)))
    .filter((tick) => tick >= low && tick <= high);
  const linear = between(Math.log(low), Math.log(high), []);
  return {
    at: (value) => linear.at(Math.log(value)),
    ticks: ticks.length > 2 ? ticks : linearScale(low, high, 5).ticks,
  };
}

function between(low: number, high: number, ticks: readonly number[]): Scale {
  return { at: (value) => (high === low ? 0.5 : (value - low) / (high - low)), ticks };
}

/** The least of 1, 2 and 5 times a power of ten that is at least `step`. */
function roundStep(step: number): number {
  const power = Math.floor(Math.log10(step));
  const digit = [1, 2, 5, 10].find((candidate) => candidate * 10 ** power >= step * (1 - 1e-9)) ?? 10;
  return Number(`${digit}e${power}`);
}

/** Multiples of the step, each free of the rounding that repeated addition would leave. */
function multiples(step: number, first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
}

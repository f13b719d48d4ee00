/**
 * Minimax polynomials by Remez's exchange: where the coefficients in the tensor package's `assembly/math.ts` come from.
 *
 *   npx tsc -b tools/kernels && node tools/kernels/dist/minimax.js
 *
 * Each function is written as a leading part that is exact or nearly so plus a polynomial correction; what is printed
 * is the correction's coefficients, lowest power first, rounded to float32, and the largest error of the whole function
 * relative to its value, in units of 2⁻²⁴.
 */
interface Approximation {
  readonly name: string;
  /** The correction that the polynomial stands for. */
  readonly target: (x: number) => number;
  /** What an error of the polynomial weighs, relative to the whole function's value. */
  readonly weight: (x: number) => number;
  readonly interval: readonly [number, number];
  readonly degree: number;
}

/** Σ terms until they vanish: the corrections near 0, where their closed forms cancel. */
function series(term: (k: number) => number): number {
  let sum = 0;
  for (let k = 0; k < 200; k++) sum += term(k);
  return sum;
}

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}

/** (tanh √s / √s − 1) / s, through the power series of sinh and cosh, which have no cancellation. */
function tanhCorrection(s: number): number {
  const cosh = series((k) => (k > 40 ? 0 : s ** k / factorial(2 * k)));
  // sinh √s / √s − cosh √s, divided by s, term by term.
  const difference = series((k) =>
    k > 40 ? 0 : s ** k * (1 / factorial(2 * k + 3) - 1 / factorial(2 * k + 2)),
  );
  return difference / cosh;
}

/** Φ(−s)·e^(s²/2), by its power series below 3 and its continued fraction above. */
function millsRatio(s: number): number {
  if (s < 3) {
    let [sum, term] = [0, s];
    for (let k = 3; sum + term !== sum; k += 2) {
      sum += term;
      term *= (s * s) / k;
    }
    return 0.5 * Math.exp((s * s) / 2) - sum / Math.sqrt(2 * Math.PI);
  }
  let fraction = s;
  for (let k = 100; k > 0; k--) fraction = s + k / fraction;
  return 1 / (fraction * Math.sqrt(2 * Math.PI));
}

/** s, where t = 1 / (1 + s/4). */
const fromShare = (t: number): number => 4 * (1 / t - 1);

const approximations: readonly Approximation[] = [
  {
    name: 'exp r = 1 + r + r²·P(r)',
    target: (r) => series((k) => (k > 40 ? 0 : r ** k / factorial(k + 2))),
    weight: (r) => (r * r) / Math.exp(r),
    interval: [-Math.LN2 / 2 - 1e-3, Math.LN2 / 2 + 1e-3],
    degree: 4,
  },
  {
    name: 'log(1 + f) = f − f²/2 + f³·P(f)',
    target: (f) => series((k) => (-f) ** k / (k + 3)),
    weight: (f) => (f === 0 ? 0 : f ** 3 / Math.log1p(f)),
    interval: [Math.SQRT1_2 - 1, Math.SQRT2 - 1],
    degree: 8,
  },
  {
    name: 'tanh x = x + x·s·P(s), s = x²',
    target: tanhCorrection,
    weight: (s) => (s === 0 ? 0 : (s * Math.sqrt(s)) / Math.tanh(Math.sqrt(s))),
    interval: [0, 0.625 ** 2],
    degree: 4,
  },
  {
    name: 'Φ(−s) = e^(−s²/2)·t·P(t), t = 1 / (1 + s/4)',
    target: (t) => millsRatio(fromShare(t)) / t,
    weight: (t) => t / millsRatio(fromShare(t)),
    interval: [1 / (1 + 15 / 4), 1],
    degree: 9,
  },
];

/** Gaussian elimination with partial pivoting. */
function solve(matrix: number[][], right: number[]): number[] {
  const n = right.length;
  const rows = matrix.map((row, i) => [...row, right[i] as number]);
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let i = column; i < n; i++) {
      if (
        Math.abs((rows[i] as number[])[column] as number) >
        Math.abs((rows[pivot] as number[])[column] as number)
      )
        pivot = i;
    }
    [rows[column], rows[pivot]] = [rows[pivot] as number[], rows[column] as number[]];
    const top = rows[column] as number[];
    for (let i = 0; i < n; i++) {
      if (i === column) continue;
      const row = rows[i] as number[];
      const factor = (row[column] as number) / (top[column] as number);
      for (let j = column; j <= n; j++) row[j] = (row[j] as number) - factor * (top[j] as number);
    }
  }
  return rows.map((row, i) => (row[n] as number) / (row[i] as number));
}

function evaluate(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, c) => sum * x + c, 0);
}

/**
 * Remez: solve for the polynomial whose weighted error alternates between ±E on the present points, move the points to
 * where that error is largest between its changes of sign, repeat.
 */
function remez({ target, weight, interval: [low, high], degree }: Approximation): number[] {
  const count = degree + 2;
  let points = Array.from(
    { length: count },
    (_, i) => (low + high) / 2 - ((high - low) / 2) * Math.cos((Math.PI * (i + 0.5)) / count),
  );
  let coefficients: number[] = [];
  for (let round = 0; round < 30; round++) {
    const solution = solve(
      points.map((x, i) => [
        ...Array.from({ length: degree + 1 }, (_, k) => x ** k * weight(x)),
        i % 2 === 0 ? 1 : -1,
      ]),
      points.map((x) => target(x) * weight(x)),
    );
    coefficients = solution.slice(0, degree + 1);
    points = extrema((x) => (evaluate(coefficients, x) - target(x)) * weight(x), low, high, count) ?? points;
  }
  return coefficients;
}

/** The largest |error| of each run of one sign, the `count` neighbouring ones that are largest, or nothing if too few. */
function extrema(
  error: (x: number) => number,
  low: number,
  high: number,
  count: number,
): number[] | undefined {
  const found: { x: number; size: number; sign: number }[] = [];
  const steps = 20_000;
  for (let i = 0; i <= steps; i++) {
    const x = low + ((high - low) * i) / steps;
    const e = error(x);
    if (e === 0) continue;
    const last = found.at(-1);
    const candidate = { x, size: Math.abs(e), sign: Math.sign(e) };
    if (last === undefined || last.sign !== candidate.sign) found.push(candidate);
    else if (candidate.size > last.size) found[found.length - 1] = candidate;
  }
  while (found.length > count) {
    if ((found[0]?.size as number) < (found.at(-1)?.size as number)) found.shift();
    else found.pop();
  }
  return found.length === count ? found.map(({ x }) => x) : undefined;
}

for (const approximation of approximations) {
  const { name, target, weight, interval } = approximation;
  const rounded = remez(approximation).map(Math.fround);
  let worst = 0;
  for (let i = 0; i <= 10_000; i++) {
    const x = interval[0] + ((interval[1] - interval[0]) * i) / 10_000;
    worst = Math.max(worst, Math.abs((evaluate(rounded, x) - target(x)) * weight(x)));
  }
  console.log(
    `${name}\n  ${rounded.map((c) => c.toPrecision(9)).join('\n  ')}\n  error ${(worst * 2 ** 24).toFixed(3)}`,
  );
}

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { arena } from '../arena.js';
import { instantiate } from './module.js';

/** exp, log, tanh and the logistic function of the module against float64 ones, and against numpy's tables. */

const LIMIT = 3;
const infinity = Number.POSITIVE_INFINITY;

/** eˣ and eˣ / (1 + eˣ) to float64 accuracy, however small. */
const exact = {
  exp: Math.exp,
  log: Math.log,
  tanh: Math.tanh,
  sigmoid: (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))),
};
type Name = keyof typeof exact;
const names = Object.keys(exact) as Name[];

const SIZE = 1 << 16;
const memory = arena('float32');
const exports = instantiate('wasm', memory);
const input = memory.tensor([SIZE]);
const output = memory.tensor([SIZE]);

function evaluate(name: Name, values: Float32Array): Float32Array {
  input.data.set(values);
  exports[name](values.length, input.data.byteOffset, output.data.byteOffset);
  return (output.data as Float32Array).slice(0, values.length);
}

/** The distance from the exact value in units of the last place of the float32 next to it; 0 for the right special value. */
function ulps(actual: number, right: number): number {
  if (Object.is(actual, Math.fround(right))) return 0;
  if (!Number.isFinite(actual) || !Number.isFinite(Math.fround(right))) return Number.POSITIVE_INFINITY;
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(right))), -126);
  return Math.abs(actual - right) / 2 ** (exponent - 23);
}

function floatOf(bits: number): number {
  return new Float32Array(Uint32Array.of(bits).buffer)[0];
}

describe.each(names)('%s', (name) => {
  it(`is within ${LIMIT} ULP over all of float32`, () => {
    // A step of 997 through the bit patterns meets every exponent, both signs, denormals, infinities and NaNs.
    const bits = new Uint32Array(SIZE);
    const values = new Float32Array(bits.buffer);
    let worst = 0;
    let worstAt = 0;
    for (let pattern = 0; pattern < 2 ** 32; ) {
      for (let i = 0; i < SIZE; i++, pattern += 997) bits[i] = pattern;
      const actual = evaluate(name, values);
      for (let i = 0; i < SIZE; i++) {
        const error = ulps(actual[i], exact[name](values[i]));
        if (error > worst) {
          worst = error;
          worstAt = values[i];
        }
      }
    }
    expect(worst, `at ${worstAt}`).toBeLessThanOrEqual(LIMIT);
  });

  it('is right at the ends, at zeros and at NaN', () => {
    const expected = {
      exp: [0, 1, 1, infinity, infinity, 0],
      log: [Number.NaN, -infinity, -infinity, Math.log(1e8), infinity, Number.NaN],
      tanh: [-1, -0, 0, 1, 1, -1],
      sigmoid: [0, 0.5, 0.5, 1, 1, 0],
    }[name];
    const values = Float32Array.of(-1e8, -0, 0, 1e8, infinity, -infinity, Number.NaN);
    expect([...evaluate(name, values)]).toEqual([...Float32Array.from(expected), Number.NaN]);
  });

  it('gives the same bits whatever stands beside it', () => {
    const values = Float32Array.from({ length: 11 }, (_, i) => (i - 3) * 0.37);
    const together = evaluate(name, values);
    expect([...values].flatMap((value) => [...evaluate(name, Float32Array.of(value))])).toEqual([
      ...together,
    ]);
  });
});

const directory = '/usr/lib/python3/dist-packages/numpy/core/tests/data';
const tables = (['exp', 'log', 'tanh'] as const).map((name) => ({
  name,
  file: `${directory}/umath-validation-set-${name}.csv`,
}));

it.each(tables.filter(({ file }) => existsSync(file)))(
  `holds within ${LIMIT} ULP of the table that numpy tests $name with`,
  ({ name, file }) => {
    const rows = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('np.float32,'))
      .map((line) => line.split(',').map(Number));
    expect(rows.length).toBeGreaterThan(100);
    const actual = evaluate(
      name,
      Float32Array.from(rows, ([, bits]) => floatOf(bits)),
    );
    rows.forEach(([, bits, result], i) => {
      expect(ulps(actual[i], floatOf(result)), `${name}(${floatOf(bits)})`).toBeLessThanOrEqual(LIMIT);
    });
  },
);

for (const { file } of tables.filter(({ file }) => !existsSync(file))) {
  console.info(`left out: ${file} is not on this machine (apt-get install python3-numpy)`);
}

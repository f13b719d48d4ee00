import { OptionError, random, type Shape, ShapeError } from '@fluxion/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type InitializerName, type InitializerOption, initializer } from './initializers.js';
import { linear } from './linear/linear.js';
import { sequential } from './sequential.js';

/** A weight filled by that initializer, in float64. */
function weight(name: InitializerOption, shape: Shape, seed = 1, purpose = 'linear1.weight'): Float64Array {
  const values = new Float64Array(shape.reduce((size, length) => size * length, 1)).fill(Number.NaN);
  initializer(name)(values, shape, random(seed, purpose));
  return values;
}

const uniform = {
  lecunUniform: (fanIn: number) => Math.sqrt(3 / fanIn),
  glorotUniform: (fanIn: number, fanOut: number) => Math.sqrt(6) / Math.sqrt(fanIn + fanOut),
  heUniform: (fanIn: number) => Math.sqrt(6) / Math.sqrt(fanIn),
};

describe.each(Object.entries(uniform))('%s', (kind, bound) => {
  const name = kind as keyof typeof uniform;

  it('stays within [−b, b], whatever the shape and the seed', () => {
    const fan = fc.integer({ min: 1, max: 30 });
    fc.assert(
      fc.property(fan, fan, fc.nat(), (fanIn, fanOut, seed) => {
        const b = bound(fanIn, fanOut);
        for (const value of weight(name, [fanIn, fanOut], seed)) {
          expect(Math.abs(value)).toBeLessThanOrEqual(b * (1 + 1e-15));
        }
      }),
    );
  });

  it('fills that range evenly: its mean is 0, its variance b²/3, and each tenth holds a tenth', () => {
    const values = weight(name, [200, 300]);
    const b = bound(200, 300);
    const size = values.length;
    const tenths = new Array<number>(10).fill(0);
    let sum = 0;
    let squares = 0;
    for (const value of values) {
      sum += value;
      squares += value * value;
      tenths[Math.floor(((value / b + 1) / 2) * 10)] += 1;
    }
    // Four standard deviations of each estimate.
    expect(Math.abs(sum / size)).toBeLessThan((4 * b) / Math.sqrt(3 * size));
    expect(Math.abs(squares / size / (b * b) - 1 / 3)).toBeLessThan(4 * Math.sqrt(4 / 45 / size));
    for (const count of tenths) expect(Math.abs(count - size / 10)).toBeLessThan(4 * Math.sqrt(0.09 * size));
    expect(Math.min(...values)).toBeLessThan(-0.999 * b);
    expect(Math.max(...values)).toBeGreaterThan(0.999 * b);
  });

  it('is a function of seed and name', () => {
    const values = weight(name, [5, 4]);
    expect(weight(name, [5, 4])).toEqual(values);
    expect(weight(name, [5, 4], 2)).not.toEqual(values);
    expect(weight(name, [5, 4], 1, 'linear2.weight')).not.toEqual(values);
  });

  it('repeats no value', () => {
    expect(new Set(weight(name, [40, 50])).size).toBe(2000);
  });
});

describe('glorotUniform', () => {
  it('has b = √6/√(fanIn + fanOut): 0.1 for 500 and 100', () => {
    const largest = Math.max(...weight('glorotUniform', [500, 100]).map(Math.abs));
    expect(largest).toBeLessThanOrEqual(0.1);
    expect(largest).toBeGreaterThan(0.0999);
  });

  it('is what a linear box begins with', () => {
    const [parameter] = sequential([linear(7)], { inputShape: [11], seed: 3, dtype: 'float64' }).parameters;
    expect(parameter?.value.data).toEqual(weight('glorotUniform', [11, 7], 3, 'linear1.weight'));
  });

  it('begins in float32 with the numbers of float64, rounded', () => {
    const [parameter] = sequential([linear(7)], { inputShape: [11], seed: 3 }).parameters;
    expect(parameter?.value.data).toEqual(Float32Array.from(weight('glorotUniform', [11, 7], 3)));
  });
});

describe('heUniform', () => {
  it('has b = √(6/fanIn): 0.1 for 600 inputs, however many outputs', () => {
    for (const fanOut of [1, 100]) {
      const largest = Math.max(...weight('heUniform', [600, fanOut]).map(Math.abs));
      expect(largest).toBeLessThanOrEqual(0.1);
      expect(largest).toBeGreaterThan(0.099);
    }
  });

  it('has the variance 2/fanIn', () => {
    const values = weight('heUniform', [100, 600]);
    const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    expect(variance).toBeCloseTo(0.02, 3);
  });
});

const normal = {
  lecunNormal: (fanIn: number) => 1 / fanIn,
  glorotNormal: (fanIn: number, fanOut: number) => 2 / (fanIn + fanOut),
  heNormal: (fanIn: number) => 2 / fanIn,
};

/** Mean, variance and share beyond two deviations, of numbers that should be normal. */
function moments(values: Float64Array, variance: number): { mean: number; ratio: number; beyond: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + value * value, 0) / values.length;
  const beyond = values.filter((value) => Math.abs(value) > 2 * Math.sqrt(variance)).length / values.length;
  return { mean: mean / Math.sqrt(variance), ratio: squares / variance, beyond };
}

describe.each(Object.entries(normal))('%s', (name, variance) => {
  it('is normal, with mean 0 and its variance', () => {
    const { mean, ratio, beyond } = moments(weight(name as InitializerName, [200, 300]), variance(200, 300));
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(ratio - 1)).toBeLessThan(0.03);
    expect(Math.abs(beyond - 0.0455)).toBeLessThan(0.005);
  });
});

describe('truncatedNormal', () => {
  it('keeps within two deviations, and is normal there', () => {
    const values = weight({ kind: 'truncatedNormal', deviation: 0.1 }, [200, 300]);
    const { mean, ratio, beyond } = moments(values, 0.01);
    expect(beyond).toBe(0);
    expect(Math.abs(mean)).toBeLessThan(0.02);
    // 1 − 4 φ(2) / (2 Φ(2) − 1)
    expect(Math.abs(ratio - 0.7737)).toBeLessThan(0.02);
  });
});

describe('constant', () => {
  it('fills with its value', () => {
    expect([...weight({ kind: 'constant', value: 0.25 }, [3])]).toEqual([0.25, 0.25, 0.25]);
    expect(() => initializer({ kind: 'constant', value: Number.NaN })).toThrow(OptionError);
  });
});

describe('orthogonal', () => {
  it.each([
    [4, 4],
    [7, 3],
    [3, 7],
  ])('has the fewer of %d rows and %d columns at right angles and of length 1', (rows, columns) => {
    const values = weight('orthogonal', [rows, columns]);
    const at = (i: number, j: number): number => values[i * columns + j] as number;
    const vector = (v: number): number[] =>
      columns <= rows
        ? Array.from({ length: rows }, (_, i) => at(i, v))
        : Array.from({ length: columns }, (_, j) => at(v, j));
    for (let v = 0; v < Math.min(rows, columns); v++) {
      for (let w = 0; w <= v; w++) {
        const dot = vector(v).reduce((sum, x, i) => sum + x * (vector(w)[i] as number), 0);
        expect(dot).toBeCloseTo(v === w ? 1 : 0, 12);
      }
    }
  });
});

describe('zeros', () => {
  it('is 0 everywhere', () => {
    expect(weight('zeros', [3, 2])).toEqual(new Float64Array(6));
    expect(weight('zeros', [4])).toEqual(new Float64Array(4));
  });
});

describe('initializer', () => {
  it.each(['glorotUniform', 'heUniform'] as const)(
    '%s refuses what has no numbers of inputs and outputs',
    (name) => {
      expect(() => weight(name, [5])).toThrow(
        new ShapeError(
          `initializer ${name}: expected shape [fanIn, fanOut], got [5]; begin what is no weight matrix at zeros`,
        ),
      );
    },
  );

  it.each(['glorot', 'toString', ''])("refuses the name '%s'", (name) => {
    expect(() => initializer(name as InitializerName)).toThrow(
      new OptionError(
        `initializer: expected one of zeros, ones, lecunUniform, lecunNormal, glorotUniform, glorotNormal, heUniform, heNormal, orthogonal, { kind: 'constant', value }, { kind: 'normal' or 'truncatedNormal', deviation }, got '${name}'; give one of these`,
      ),
    );
  });
});

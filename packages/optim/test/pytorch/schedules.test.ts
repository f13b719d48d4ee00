import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  cosineDecay,
  exponentialDecay,
  joinSchedules,
  oneCycle,
  reduceOnPlateau,
  type Schedule,
  stepDecay,
  warmUp,
} from '../../src/index.js';

/** What PyTorch computed: see tools/fixtures/schedules.py. */
const values = JSON.parse(readFileSync(new URL('schedules.json', import.meta.url), 'utf8'));

const learningRate = 0.3;

function expectRates(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((rate, t) => {
    expect(rate, `at ${t}`).toBeCloseTo(expected[t] as number, 14);
  });
}

describe(`schedules give the rates of PyTorch ${values.pytorch}`, () => {
  it.each<[string, Schedule]>([
    ['cosineDecay', cosineDecay({ learningRate, updates: 20, least: 0.01 })],
    ['stepDecay', stepDecay({ learningRate, every: 7, factor: 0.5 })],
    ['exponentialDecay', exponentialDecay({ learningRate, factor: 0.9 })],
    ['oneCycle', oneCycle({ learningRate, updates: 25 })],
    [
      'oneCycle, other shape',
      oneCycle({ learningRate, updates: 40, rise: 0.45, divide: 10, finalDivide: 50 }),
    ],
    ['warmUp', warmUp(learningRate, { updates: 8, start: 0.1 })],
    [
      'warmUp, then cosineDecay',
      warmUp(cosineDecay({ learningRate, updates: 15 }), { updates: 5, start: 0.25 }),
    ],
    ['joinSchedules', joinSchedules([0.3, 0.03, 0.003], [4, 11])],
  ])('%s', (name, schedule) => {
    const expected: number[] = values[name];
    expectRates(
      expected.map((_, t) => schedule(t)),
      expected,
    );
  });

  it.each([
    ['reduceOnPlateau', { patience: 2 }],
    ['reduceOnPlateau, with cooldown', { patience: 1, cooldown: 3, factor: 0.5, least: 0.02 }],
    ['reduceOnPlateau, of what is to grow', { patience: 0, mode: 'max', threshold: 0.1 }],
  ] as const)('%s', (name, options) => {
    const { told, rates } = values[name] as { told: number[]; rates: number[] };
    const schedule = reduceOnPlateau(0.1, options);
    const found = told.map((value) => {
      schedule.tell(value);
      return schedule(7);
    });
    expectRates(found, rates);
    expect(new Set(rates).size).toBeGreaterThan(2);
  });
});

import { OptionError } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { oneHot } from '../encodings/oneHot.js';
import { standardize } from '../encodings/standardize.js';
import { onlineEncoder } from './onlineEncoder.js';

const columns = { price: standardize(), city: oneHot({ maxCategories: 1 }) };

describe('onlineEncoder', () => {
  it('knows nothing at first, and of each row only what came before', () => {
    const encoder = onlineEncoder({ columns, target: { clicked: ['no', 'yes'] } });
    expect(encoder.inputs).toEqual({ input: [5] });
    const see = (price: number | null, city: string | null): number[] => [
      ...(encoder.encode([{ price, city }], { online: true, dtype: 'float64' }).inputs.input?.data ?? []),
    ];
    expect(see(3e6, 'Oslo')).toEqual([0, 0, 0, 1, 0]);
    expect(see(1e6, 'Oslo')).toEqual([0, 0, 1, 0, 0]);
    expect(see(null, null)).toEqual([0, 1, 0, 0, 1]);
    expect(see(4e6, 'Rome')).toEqual([2, 0, 0, 1, 0]);
  });

  it('gives numbers in the units that were said', () => {
    const encoder = onlineEncoder({ columns, target: { delay: { mean: 10, deviation: 20 } } });
    expect(encoder.decode('delay', [0.5])).toBe(20);
  });

  it('tells how much each row counts', () => {
    const encoder = onlineEncoder({ columns, target: { clicked: ['no', 'yes'] }, weight: 'times' });
    const row = { price: 3, city: 'Oslo', clicked: 'no', times: 2.5 };
    expect([...(encoder.encode([row], { targets: true }).weights?.data ?? [])]).toEqual([2.5]);
    for (const times of [-1, null, 'many', undefined]) {
      expect(() => encoder.encode([{ ...row, times }], { targets: true })).toThrow("column 'times'");
    }
    expect(encoder.encode([{ price: 3, city: 'Oslo' }]).weights).toBeUndefined();
  });

  it.each<[string, Parameters<typeof onlineEncoder>[0], string]>([
    ['no columns', { columns: {} }, 'expected at least one column'],
    ['an encoding that is none', { columns: { x: { kind: 'scale' } } }, 'expected an encoding'],
    ['a class twice', { columns, target: { y: ['a', 'a'] } }, 'target.y: expected names of classes'],
    ['no deviation', { columns, target: { y: { mean: 1, deviation: 0 } } }, 'a deviation above 0'],
    ['a misspelt option', { columns, targets: {} } as never, "did you mean 'target'?"],
  ])('refuses %s', (_, options, message) => {
    expect(() => onlineEncoder(options)).toThrow(OptionError);
    expect(() => onlineEncoder(options)).toThrow(message);
  });
});

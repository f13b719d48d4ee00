import fc from 'fast-check';
import type { Penalty } from '../src/index.js';

/** A row of any numbers from −size to size. */
export function rowOf(length: number, size: number): fc.Arbitrary<number[]> {
  const number = fc.double({ min: -size, max: size, noNaN: true });
  return fc.array(number, { minLength: length, maxLength: length });
}

/** Matrices of whole numbers, small enough that every sum of products is exact in float32 too. */
export function matrices(rows: number, columns: number): fc.Arbitrary<number[][]> {
  const row = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: columns, maxLength: columns });
  return fc.array(row, { minLength: rows, maxLength: rows });
}

/** Strengths of a regularizer, in whole quarters: exact in float32 too. */
export const penalties: fc.Arbitrary<Penalty> = fc
  .record({ l1: fc.nat(8), l2: fc.nat(8) })
  .map(({ l1, l2 }) => ({ l1: l1 / 4, l2: l2 / 4 }));

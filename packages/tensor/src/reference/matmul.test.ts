import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matrices } from '../../test/arbitraries.js';
import { kernelsUnderTest, type Workbench, workbench } from '../../test/kernelsUnderTest.js';
import { type Nested, nested, rows } from '../../test/nested.js';

function product({ kernels, cell, blank }: Workbench, a: Nested, b: Nested): Nested {
  const [left, right] = [cell(a), cell(b)];
  const sink = blank([left.shape[0] as number, right.shape[1] as number]);
  kernels.matmul(left, right, { tensor: sink, beta: 0 })();
  return nested(sink);
}

function transposed(matrix: readonly (readonly number[])[]): number[][] {
  return (matrix[0] as number[]).map((_, j) => matrix.map((row) => row[j] as number));
}

describe.each(kernelsUnderTest)('matmul, $name in $dtype', (under) => {
  const bench = workbench(under);
  const { kernels, cell, blank } = bench;

  describe.each(under.layouts)('matrices that lie %s', (layout) => {
    it('multiplies rows by columns', () => {
      // 1·5 + 2·7 = 19, 1·6 + 2·8 = 22, 3·5 + 4·7 = 43, 3·6 + 4·8 = 50
      const sink = blank([2, 2], layout);
      kernels.matmul(cell(rows([1, 2], [3, 4]), layout), cell(rows([5, 6], [7, 8]), layout), {
        tensor: sink,
        beta: 0,
      })();
      expect(nested(sink)).toEqual(rows([19, 22], [43, 50]));
    });

    it('takes the outer product of one column and one row', () => {
      const sink = blank([3, 2], layout);
      kernels.matmul(cell([[1], [2], [-3]], layout), cell([[10, 20]], layout), { tensor: sink, beta: 0 })();
      expect(nested(sink)).toEqual(rows([10, 20], [20, 40], [-30, -60]));
    });

    it('takes the inner product of one row and one column', () => {
      const sink = blank([1, 1], layout);
      kernels.matmul(cell([[1, 2, 3]], layout), cell([[4], [5], [6]], layout), { tensor: sink, beta: 0 })();
      expect(nested(sink)).toEqual([[32]]);
    });

    it('multiplies the product by the factor, and adds it with beta 1', () => {
      const sink = cell([[100, 200]], layout);
      kernels.matmul(
        cell([[2, 4]], layout),
        cell(rows([1, 3], [5, 7]), layout),
        { tensor: sink, beta: 1 },
        0.5,
      )();
      // ½·(2·1 + 4·5) = 11, ½·(2·3 + 4·7) = 17
      expect(nested(sink)).toEqual([[111, 217]]);
    });

    it('writes nothing beside its view', () => {
      const sink = blank([2, 2], layout);
      kernels.matmul(cell(rows([1, 2], [3, 4])), cell(rows([5, 6], [7, 8])), { tensor: sink, beta: 0 })();
      expect([...sink.data].filter((value) => !Number.isNaN(value))).toHaveLength(4);
    });
  });

  it('takes a transposed operand as a transposed view', () => {
    const a = cell(rows([1, 3], [2, 4]));
    const b = cell(rows([5, 7], [6, 8]));
    const sink = blank([2, 2]);
    kernels.matmul(a.transpose(1, 0), b.transpose(1, 0), { tensor: sink, beta: 0 })();
    expect(nested(sink)).toEqual(rows([19, 22], [43, 50]));
  });

  it('of no inner length is 0: the weight gradient of an empty minibatch', () => {
    const sink = blank([2, 3]);
    kernels.matmul(blank([0, 2]).transpose(1, 0), blank([0, 3]), { tensor: sink, beta: 0 })();
    expect(nested(sink)).toEqual(rows([0, 0, 0], [0, 0, 0]));
    const kept = cell(rows([1, 2, 3], [4, 5, 6]));
    kernels.matmul(blank([0, 2]).transpose(1, 0), blank([0, 3]), { tensor: kept, beta: 1 })();
    expect(nested(kept)).toEqual(rows([1, 2, 3], [4, 5, 6]));
  });

  it('of no rows is empty', () => {
    const sink = blank([0, 3]);
    kernels.matmul(blank([0, 2]), cell(rows([1, 2, 3], [4, 5, 6])), { tensor: sink, beta: 0 })();
    expect(nested(sink)).toEqual([]);
  });

  it('carries ±1e8', () => {
    const sink = blank([1, 2]);
    kernels.matmul(cell([[1e8, -1e8]]), cell(rows([1, 1], [1, -1])), { tensor: sink, beta: 0 })();
    expect(nested(sink)).toEqual([[0, 2e8]]);
  });

  it('by the identity is the matrix itself', () => {
    fc.assert(
      fc.property(matrices(2, 3), (a) => {
        expect(product(bench, a, rows([1, 0, 0], [0, 1, 0], [0, 0, 1]))).toEqual(
          product(bench, rows([1, 0], [0, 1]), a),
        );
      }),
    );
  });

  it('is the sum over k of a[i, k]·b[k, j]', () => {
    fc.assert(
      fc.property(matrices(3, 4), matrices(4, 5), (a, b) => {
        const sums = a.map((row) =>
          transposed(b).map((column) =>
            row.reduce((sum, value, k) => sum + value * (column[k] as number), 0),
          ),
        );
        expect(product(bench, a, b)).toEqual(sums.map((row) => row.map((value) => value + 0)));
      }),
    );
  });

  it('transposed is the product of the transposed in the other order', () => {
    fc.assert(
      fc.property(matrices(2, 5), matrices(5, 3), (a, b) => {
        const there = product(bench, a, b) as number[][];
        expect(product(bench, transposed(b), transposed(a))).toEqual(transposed(there));
      }),
    );
  });
});

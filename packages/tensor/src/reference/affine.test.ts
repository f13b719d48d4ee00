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

describe.each(kernelsUnderTest)('affine, $name in $dtype', (under) => {
  const bench = workbench(under);
  const { kernels, cell, blank } = bench;

  it.each(under.layouts)('is input · weight + bias, of tensors that lie %s', (layout) => {
    // 1·1 + 2·4 + 10 = 19, 1·2 + 2·5 + 20 = 32, 1·3 + 2·6 + 30 = 45; the second row is the bias
    const output = blank([2, 3], layout);
    const input = cell(rows([1, 2], [0, 0]), layout);
    kernels.affine(input, cell(rows([1, 2, 3], [4, 5, 6]), layout), cell([10, 20, 30], layout), output)();
    expect(nested(output)).toEqual(rows([19, 32, 45], [10, 20, 30]));
  });

  it('overwrites what the last call left', () => {
    const input = cell([[1, 2]]);
    const output = blank([1, 1]);
    const run = kernels.affine(input, cell([[3], [4]]), cell([5]), output);
    run();
    run();
    expect(nested(output)).toEqual([[16]]);
    input.set(0, 0, 2);
    run();
    expect(nested(output)).toEqual([[19]]);
  });

  it('of an empty minibatch is empty', () => {
    const output = blank([0, 3]);
    kernels.affine(blank([0, 2]), cell(rows([1, 2, 3], [4, 5, 6])), cell([10, 20, 30]), output)();
    expect(nested(output)).toEqual([]);
  });

  it('is the product with the bias added to each row, whatever the whole numbers', () => {
    fc.assert(
      fc.property(matrices(2, 3), matrices(3, 4), matrices(1, 4), (input, weight, [bias = []]) => {
        const output = blank([2, 4]);
        kernels.affine(cell(input), cell(weight), cell(bias), output)();
        const products = product(bench, input, weight) as number[][];
        expect(nested(output)).toEqual(
          products.map((row) => row.map((value, j) => value + (bias[j] as number))),
        );
      }),
    );
  });
});

describe.each(kernelsUnderTest)('sumRows, $name in $dtype', (under) => {
  const { kernels, cell, blank } = workbench(under);

  describe.each(under.layouts)('tensors that lie %s', (layout) => {
    it('sums each column over the rows', () => {
      const sink = blank([3], layout);
      kernels.sumRows(cell(rows([1, 2, 3], [10, -20, 30]), layout), { tensor: sink, beta: 0 })();
      expect(nested(sink)).toEqual([11, -18, 33]);
    });

    it('adds the sums with beta 1', () => {
      const sink = cell([100, 200], layout);
      kernels.sumRows(cell(rows([1, 2], [3, 4]), layout), { tensor: sink, beta: 1 })();
      expect(nested(sink)).toEqual([104, 206]);
    });
  });

  it('of one row is the row', () => {
    const sink = blank([2]);
    kernels.sumRows(cell([[5, -6]]), { tensor: sink, beta: 0 })();
    expect(nested(sink)).toEqual([5, -6]);
  });

  it('of no row is 0 with beta 0, and adds nothing with beta 1', () => {
    const sink = blank([2]);
    kernels.sumRows(blank([0, 2]), { tensor: sink, beta: 0 })();
    expect(nested(sink)).toEqual([0, 0]);
    const kept = cell([5, 6]);
    kernels.sumRows(blank([0, 2]), { tensor: kept, beta: 1 })();
    expect(nested(kept)).toEqual([5, 6]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernelsUnderTest, workbench } from '../../test/kernelsUnderTest.js';
import { flat, nested, rows } from '../../test/nested.js';

describe.each(kernelsUnderTest)('copy, $name in $dtype', (under) => {
  const { kernels, cell, blank } = workbench(under);

  describe.each(under.layouts)('tensors that lie %s', (layout) => {
    it('writes the source', () => {
      const sink = blank([2, 3], layout);
      const source = cell(rows([1, -2, 3], [4, 5, -6]), layout);
      kernels.copy(source, { tensor: sink, beta: 0 })();
      expect(nested(sink)).toEqual(rows([1, -2, 3], [4, 5, -6]));
      expect(nested(source)).toEqual(rows([1, -2, 3], [4, 5, -6]));
    });

    it('writes a multiple of the source', () => {
      const sink = blank([2], layout);
      kernels.copy(cell([3, -4], layout), { tensor: sink, beta: 0 }, -0.5)();
      expect(nested(sink)).toEqual([-1.5, 2]);
    });

    it('adds a multiple of the source with beta 1', () => {
      const sink = cell(rows([10, 20], [30, 40]), layout);
      kernels.copy(cell(rows([1, 2], [3, 4]), layout), { tensor: sink, beta: 1 }, 2)();
      expect(nested(sink)).toEqual(rows([12, 24], [36, 48]));
    });

    it('takes tensors of any number of axes', () => {
      const cube = rows(rows([1, 2], [3, 4]), rows([5, 6], [7, 8]));
      const sink = blank([2, 2, 2], layout);
      kernels.copy(cell(cube, layout), { tensor: sink, beta: 0 })();
      expect(nested(sink)).toEqual(cube);
    });

    it('writes nothing beside its view', () => {
      const sink = blank([2, 2], layout);
      kernels.copy(cell(rows([1, 2], [3, 4])), { tensor: sink, beta: 0 })();
      expect([...sink.data].filter((value) => !Number.isNaN(value))).toHaveLength(4);
    });
  });

  it('takes a source and a sink that lie differently', () => {
    for (const from of under.layouts) {
      for (const to of under.layouts) {
        const sink = blank([2, 3], to);
        kernels.copy(cell(rows([1, 2, 3], [4, 5, 6]), from), { tensor: sink, beta: 0 })();
        expect(nested(sink), `${from} to ${to}`).toEqual(rows([1, 2, 3], [4, 5, 6]));
      }
    }
  });

  it('computes at each call, on what the tensors hold then', () => {
    const source = cell([1]);
    const sink = cell([0]);
    const run = kernels.copy(source, { tensor: sink, beta: 1 });
    run();
    source.set(0, 10);
    run();
    expect(nested(sink)).toEqual([11]);
  });

  it('does nothing to an empty minibatch', () => {
    const sink = blank([0, 3]);
    kernels.copy(blank([0, 3]), { tensor: sink, beta: 0 })();
    kernels.copy(blank([0, 3]), { tensor: sink, beta: 1 })();
    expect(nested(sink)).toEqual([]);
  });

  it('changes no bit of a number', () => {
    const source = blank([16]);
    const sink = blank([16]);
    const run = kernels.copy(source, { tensor: sink, beta: 0 });
    fc.assert(
      fc.property(fc.array(fc.double(), { minLength: 16, maxLength: 16 }), (values) => {
        source.data.set(values);
        run();
        expect(sink.data).toEqual(source.data);
      }),
    );
  });
});

describe.each(kernelsUnderTest)('multiply, $name in $dtype', (under) => {
  const { kernels, cell, blank } = workbench(under);

  describe.each(under.layouts)('tensors that lie %s', (layout) => {
    it('multiplies element by element', () => {
      const sink = blank([2, 2], layout);
      kernels.multiply(cell(rows([1, 2], [3, 4]), layout), cell(rows([5, -6], [0, 8]), layout), {
        tensor: sink,
        beta: 0,
      })();
      expect(nested(sink)).toEqual(rows([5, -12], [0, 32]));
    });

    it('adds the product with beta 1', () => {
      const sink = cell([100, 200], layout);
      kernels.multiply(cell([2, 3], layout), cell([4, 5], layout), { tensor: sink, beta: 1 })();
      expect(nested(sink)).toEqual([108, 215]);
    });
  });

  it('squares a tensor given twice', () => {
    const a = cell([3, -4]);
    const sink = blank([2]);
    kernels.multiply(a, a, { tensor: sink, beta: 0 })();
    expect(nested(sink)).toEqual([9, 16]);
  });

  it('multiplies ±1e8 as any number', () => {
    const sink = blank([2]);
    kernels.multiply(cell([1e8, -1e8]), cell([1e8, 1e-8]), { tensor: sink, beta: 0 })();
    expect(sink.get(0) / 1e16).toBeCloseTo(1, 6);
    expect(sink.get(1)).toBeCloseTo(-1, 6);
  });

  it('does nothing to an empty minibatch', () => {
    const sink = blank([0, 3]);
    kernels.multiply(blank([0, 3]), blank([0, 3]), { tensor: sink, beta: 1 })();
    expect(nested(sink)).toEqual([]);
  });
});

describe.each(kernelsUnderTest)('scale, $name in $dtype', (under) => {
  const { kernels, cell, blank } = workbench(under);

  it.each(under.layouts)('multiplies by the factor of each call a tensor that lies %s', (layout) => {
    const tensor = cell(rows([1, -2], [3, 4]), layout);
    const scale = kernels.scale(tensor);
    scale(2);
    expect(nested(tensor)).toEqual(rows([2, -4], [6, 8]));
    scale(-0.5);
    expect(nested(tensor)).toEqual(rows([-1, 2], [-3, -4]));
    scale(0);
    expect(nested(tensor)).toEqual(rows([0, 0], [0, 0]));
  });

  it('does nothing to an empty tensor', () => {
    const tensor = blank([0, 3]);
    kernels.scale(tensor)(2);
    expect(nested(tensor)).toEqual([]);
  });
});

describe.each(kernelsUnderTest)('sumSquares, $name in $dtype', (under) => {
  const { kernels, cell, blank } = workbench(under);

  it.each(under.layouts)('is 1 + 4 + 9 + 16 = 30 for ±1, ±2, ±3, ±4 that lie %s', (layout) => {
    expect(kernels.sumSquares(cell(rows([1, -2], [3, -4]), layout))()).toBe(30);
  });

  it('is 0 for nothing', () => {
    expect(kernels.sumSquares(blank([0, 3]))()).toBe(0);
  });

  it('is finite for ±1e8', () => {
    expect(kernels.sumSquares(cell([1e8, -1e8]))() / 2e16).toBeCloseTo(1, 6);
  });

  it('is NaN where a number is', () => {
    expect(kernels.sumSquares(cell([1, Number.NaN, 3]))()).toBeNaN();
  });

  it('is the sum of the squares, whatever the whole numbers', () => {
    const tensor = blank([5]);
    const measure = kernels.sumSquares(tensor);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 5, maxLength: 5 }), (values) => {
        tensor.data.set(values);
        expect(measure()).toBe(flat(values).reduce((sum, value) => sum + value * value, 0));
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ShapeError } from './errors.js';
import { sizeOf } from './shape.js';
import { elements, isContiguous, labels, reshape, type Tensor, tensor } from './tensor.js';

/** A tensor of that shape that holds 0, 1, 2, … in row-major order. */
function counting(shape: readonly number[]): Tensor {
  return tensor(
    Float64Array.from({ length: sizeOf(shape) }, (_, i) => i),
    shape,
  );
}

/** Any index of the view, in row-major order. */
function* indices(shape: readonly number[]): Generator<number[]> {
  const [length, ...rest] = shape;
  if (length === undefined) yield [];
  else for (let i = 0; i < length; i++) for (const index of indices(rest)) yield [i, ...index];
}

/** Views cut from a counting tensor of up to three axes: a part, with steps, some backwards, the axes in any order. */
const views = fc
  .array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 3 })
  .chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      from: fc.tuple(...shape.map((length) => fc.integer({ min: 0, max: length }))),
      steps: fc.tuple(...shape.map(() => fc.constantFrom(1, 1, 2, -1, -2))),
      axes: fc.shuffledSubarray(
        shape.map((_, axis) => axis),
        { minLength: shape.length },
      ),
    }),
  )
  .map(({ shape, from, steps, axes }) =>
    counting(shape)
      .lo(...from)
      .step(...steps)
      .transpose(...axes),
  );

describe('tensor', () => {
  it('views the data row by row, without a copy', () => {
    const data = Float32Array.of(1, 2, 3, 4, 5, 6);
    const view = tensor(data, [2, 3]);
    expect(view.shape).toEqual([2, 3]);
    expect(view.stride).toEqual([3, 1]);
    expect(view.get(1, 0)).toBe(4);
    data[3] = 40;
    expect(view.get(1, 0)).toBe(40);
    expect(view.data).toBe(data);
  });

  it('makes float64 of plain numbers', () => {
    const view = tensor(
      [
        [1, 2],
        [3, 4],
      ].flat(),
      [2, 2],
    );
    expect(view.data).toBeInstanceOf(Float64Array);
    expect(view.get(1, 0)).toBe(3);
  });

  it('is a vector unless a shape is given', () => {
    expect(tensor([1, 2, 3]).shape).toEqual([3]);
  });

  it('has one element without axes, and none with an axis of length 0', () => {
    expect(tensor([7], []).get()).toBe(7);
    expect(tensor([], [0, 3]).size).toBe(0);
  });

  it('keeps its shape when the array that gave it changes', () => {
    const shape = [2, 3];
    const view = tensor([1, 2, 3, 4, 5, 6], shape);
    shape[0] = 100;
    expect(view.shape).toEqual([2, 3]);
  });

  it('refuses a shape of another size', () => {
    expect(() => tensor([1, 2, 3], [2, 2])).toThrow(
      new ShapeError(
        'tensor data: expected 4 elements for shape [2, 2], got 3; give a shape whose lengths multiply to 3',
      ),
    );
  });
});

describe('labels', () => {
  it('are whole numbers, one per example', () => {
    const view = labels([3, 0, 9]);
    expect(view.data).toEqual(Int32Array.of(3, 0, 9));
    expect(view.shape).toEqual([3]);
  });

  it('view an Int32Array without a copy', () => {
    const classes = Int32Array.of(1, 2);
    expect(labels(classes).data).toBe(classes);
  });
});

describe('isContiguous', () => {
  it('holds for a whole tensor and for rows of it', () => {
    expect(isContiguous(counting([4, 3]))).toBe(true);
    expect(isContiguous(counting([4, 3]).lo(1, 0).hi(2, 3))).toBe(true);
    expect(isContiguous(counting([4, 3]).pick(2, null))).toBe(true);
  });

  it('fails for columns, for steps and for a transposed tensor', () => {
    expect(isContiguous(counting([4, 3]).hi(4, 2))).toBe(false);
    expect(isContiguous(counting([4, 3]).step(2, 1))).toBe(false);
    expect(isContiguous(counting([4]).step(-1))).toBe(false);
    expect(isContiguous(counting([4, 3]).transpose(1, 0))).toBe(false);
  });

  it('does not ask for the stride of an axis of length 1', () => {
    expect(isContiguous(counting([4, 3]).hi(1, 3))).toBe(true);
    expect(isContiguous(counting([1, 3]).transpose(1, 0))).toBe(true);
  });

  it('holds exactly when the elements in row-major order follow each other in memory', () => {
    fc.assert(
      fc.property(views, (view) => {
        const places = [...indices(view.shape)].map((index) => view.index(...index));
        const follow = places.every((place, i) => place === (places[0] as number) + i);
        expect(isContiguous(view)).toBe(follow);
      }),
    );
  });
});

describe('elements', () => {
  it('are the memory itself where the view is contiguous', () => {
    const view = counting([4, 3]);
    expect(elements(view)).toBe(view.data);
    const rows = view.lo(1, 0).hi(2, 3);
    const part = elements(rows);
    expect([...part]).toEqual([3, 4, 5, 6, 7, 8]);
    part[0] = 30;
    expect(rows.get(0, 0)).toBe(30);
  });

  it('are a copy of the same dtype where it is not', () => {
    const view = tensor(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]).transpose(1, 0);
    const copy = elements(view);
    expect(copy).toEqual(Float32Array.of(1, 4, 2, 5, 3, 6));
    copy[0] = 100;
    expect(view.get(0, 0)).toBe(1);
  });

  it('of labels are whole numbers, of strided ones too', () => {
    expect(elements(labels([5, 6, 7, 8]).step(2))).toEqual(Int32Array.of(5, 7));
  });

  it('of a tensor without axes are one number', () => {
    expect([...elements(tensor([7], []))]).toEqual([7]);
  });

  it('of any view stand in row-major order', () => {
    fc.assert(
      fc.property(views, (view) => {
        expect([...elements(view)]).toEqual([...indices(view.shape)].map((index) => view.get(...index)));
      }),
    );
  });
});

describe('reshape', () => {
  it('keeps the row-major order and the memory', () => {
    const view = counting([2, 6]);
    const cube = reshape(view, [2, 2, 3]);
    expect(cube.shape).toEqual([2, 2, 3]);
    expect(cube.get(1, 0, 2)).toBe(8);
    cube.set(1, 0, 2, 80);
    expect(view.get(1, 2)).toBe(80);
  });

  it('starts where the view starts', () => {
    expect(reshape(counting([4, 3]).lo(2, 0), [6]).get(0)).toBe(6);
  });

  it('of any contiguous view has the same elements', () => {
    fc.assert(
      fc.property(views, (view) => {
        fc.pre(isContiguous(view));
        expect([...elements(reshape(view, [view.size]))]).toEqual([...elements(view)]);
        expect([...elements(reshape(view, [1, view.size, 1]))]).toEqual([...elements(view)]);
      }),
    );
  });

  it('refuses another number of elements', () => {
    expect(() => reshape(counting([2, 3]), [7])).toThrow(
      new ShapeError(
        'reshape: expected a contiguous tensor of 7 elements for [7], got [2, 3] with strides [3, 1]; copy it or give another shape',
      ),
    );
  });

  it('refuses a view with gaps', () => {
    expect(() => reshape(counting([2, 3]).transpose(1, 0), [6])).toThrow(
      new ShapeError(
        'reshape: expected a contiguous tensor of 6 elements for [6], got [3, 2] with strides [1, 3]; copy it or give another shape',
      ),
    );
  });
});

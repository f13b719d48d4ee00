import { ShapeError, StateError, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { GradientSink } from './gradientSink.js';

const sinkOf = (shape: readonly number[]): GradientSink =>
  new GradientSink('box.bias', shape, () => tensor(new Float64Array(shape[0] as number), shape));

describe('GradientSink', () => {
  it('takes a gradient that is written out already, and copies nothing', () => {
    const sink = sinkOf([2]);
    const gradient = tensor([1, 2], [2]);
    sink.written(gradient);
    expect(sink.gradient).toEqual({ form: 'dense', tensor: gradient });
  });

  it('refuses one of another shape', () => {
    expect(() => sinkOf([2]).written(tensor([1, 2, 3], [3]))).toThrow(ShapeError);
    expect(() => sinkOf([2]).written(tensor([1, 2], [1, 2]))).toThrow("bprop of 'box.bias'");
  });

  it('says when none was left', () => {
    expect(() => sinkOf([2]).gradient).toThrow(StateError);
  });
});

import { ShapeError, tensor } from '@fluxion/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runLoss } from '../test/runLoss.js';
import { squaredError } from './squaredError.js';

const loss = squaredError();

describe('squaredError', () => {
  it('is ½ Σ (f(x) − t)² of each example', () => {
    const output = tensor([1, 2, 3, 0, -1, 0.5], [2, 3]);
    const targets = tensor([1, 0, 4, 2, -1, 0], [2, 3]);
    expect(runLoss(loss, output, targets).losses).toEqual([2.5, 2.125]);
  });

  it('has the gradient f(x) − t, over the batch size', () => {
    const output = tensor([1, 2, 3, 0, -1, 0.5], [2, 3]);
    const targets = tensor([1, 0, 4, 2, -1, 0], [2, 3]);
    expect(runLoss(loss, output, targets).dOutput).toEqual([0, 1, -0.5, -1, 0, 0.25]);
  });

  it('is 0, with gradient 0, at the target', () => {
    const numbers = fc.array(fc.double({ noNaN: true, min: -1e8, max: 1e8 }), { minLength: 1 });
    fc.assert(
      fc.property(numbers, (values) => {
        const output = tensor(values, [1, values.length]);
        expect(runLoss(loss, output, output)).toEqual({ losses: [0], dOutput: values.map(() => 0) });
      }),
    );
  });

  it('is exact at ±1e8', () => {
    const run = runLoss(loss, tensor([1e8], [1, 1]), tensor([-1e8], [1, 1]));
    expect(run).toEqual({ losses: [2e16], dOutput: [2e8] });
  });

  it('takes no examples', () => {
    expect(runLoss(loss, tensor([], [0, 3]), tensor([], [0, 3]))).toEqual({ losses: [], dOutput: [] });
  });

  it('refuses an output that is neither a vector nor a sequence of vectors', () => {
    expect(() => loss.expectOutput?.([2, 2, 2], "squaredError of 'out'")).toThrow(
      new ShapeError(
        "squaredError of 'out': expected shape [units], got [2, 2, 2]; put flatten() at the end of the graph",
      ),
    );
  });
});

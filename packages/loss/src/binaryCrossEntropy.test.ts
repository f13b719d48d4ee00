import { DataError, ShapeError, tensor } from '@fluxion/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runLoss } from '../test/runLoss.js';
import { binaryCrossEntropy } from './binaryCrossEntropy.js';

const loss = binaryCrossEntropy();
const ln = Math.log;

describe('binaryCrossEntropy', () => {
  it('is −Σ t log σ(z) + (1 − t) log(1 − σ(z)) of each example', () => {
    // σ(z) is [3/4, 1/2] and [1/4, 3/4]
    const logits = tensor([ln(3), 0, -ln(3), ln(3)], [2, 2]);
    const { losses } = runLoss(loss, logits, tensor([1, 0, 0, 0.5], [2, 2]));
    expect(losses[0]).toBeCloseTo(ln(4 / 3) + ln(2), 15);
    expect(losses[1]).toBeCloseTo(ln(4 / 3) + (ln(4 / 3) + ln(4)) / 2, 15);
  });

  it('has the gradient σ(z) − t, over the batch size', () => {
    const logits = tensor([ln(3), 0, -ln(3), ln(3)], [2, 2]);
    const { dOutput } = runLoss(loss, logits, tensor([1, 0, 0, 0.5], [2, 2]));
    [-1 / 8, 1 / 4, 1 / 8, 1 / 8].forEach((expected, i) => {
      expect(dOutput[i]).toBeCloseTo(expected, 15);
    });
  });

  it('overflows nowhere: at ±1e8 it is 0 where the answer is right and 1e8 where it is wrong', () => {
    const logits = tensor([1e8, -1e8, 1e8, -1e8], [4, 1]);
    const { losses, dOutput } = runLoss(loss, logits, tensor([1, 0, 0, 1], [4, 1]));
    expect(losses).toEqual([0, 0, 1e8, 1e8]);
    expect(dOutput).toEqual([0, 0, 0.25, -0.25]);
  });

  it('keeps a small loss that 1 − p would lose', () => {
    const [small] = runLoss(loss, tensor([40], [1, 1]), tensor([1], [1, 1])).losses as [number];
    expect(small / Math.exp(-40)).toBeCloseTo(1, 12);
  });

  it('treats yes and no alike: (z, t) and (−z, 1 − t) have one loss and opposite gradients', () => {
    const logit = fc.double({ noNaN: true, min: -1e8, max: 1e8 });
    fc.assert(
      fc.property(logit, fc.constantFrom(0, 0.25, 0.5, 1), (z, t) => {
        const yes = runLoss(loss, tensor([z], [1, 1]), tensor([t], [1, 1]));
        const no = runLoss(loss, tensor([-z], [1, 1]), tensor([1 - t], [1, 1]));
        const scale = Math.max(1, Math.abs(z));
        expect(yes.losses[0] / scale).toBeCloseTo(no.losses[0] / scale, 14);
        expect(yes.dOutput[0]).toBeCloseTo(-no.dOutput[0], 14);
        expect(yes.losses[0]).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('is least where σ(z) is the target', () => {
    const at = (z: number): number => runLoss(loss, tensor([z], [1, 1]), tensor([0.75], [1, 1])).losses[0];
    expect(at(ln(3))).toBeLessThan(at(ln(3) + 0.01));
    expect(at(ln(3))).toBeLessThan(at(ln(3) - 0.01));
  });

  it('takes no examples', () => {
    expect(runLoss(loss, tensor([], [0, 3]), tensor([], [0, 3]))).toEqual({ losses: [], dOutput: [] });
  });

  it.each([-0.1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses the target %d, which is no probability, with its row',
    (target) => {
      expect(() => loss.expectTargets?.([0, 1, 0.5, target, 0, 1], [2])).toThrow(
        new DataError(
          `target: expected a number from 0 to 1, got ${target}; scale the targets, or use squaredError()`,
          { row: 1 },
        ),
      );
    },
  );

  it('takes targets from 0 to 1', () => {
    expect(loss.expectTargets?.([0, 1, 0.5], [1])).toBeUndefined();
  });

  it('refuses an output that is neither a vector nor a sequence of vectors', () => {
    expect(() => loss.expectOutput?.([2, 28, 28], "binaryCrossEntropy of 'pixels'")).toThrow(
      new ShapeError(
        "binaryCrossEntropy of 'pixels': expected shape [units], got [2, 28, 28]; put flatten() at the end of the graph",
      ),
    );
  });
});

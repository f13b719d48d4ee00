import type { Mode } from '@fluxion/graph';
import { type Shape, sizeOf, tensor } from '@fluxion/tensor';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { conv2d } from '../convolution/conv2d.js';
import { linear } from '../linear/linear.js';
import { sequential } from '../sequential.js';
import { batchNorm } from './batchNorm.js';

describe('the warning of batchNorm', () => {
  const emitted: { message: string; code: string }[] = [];
  beforeEach(() => {
    emitted.length = 0;
    vi.spyOn(process, 'emitWarning').mockImplementation((message, options) => {
      emitted.push({ message: String(message), code: (options as { code: string }).code });
    });
  });
  afterEach(() => void vi.restoreAllMocks());

  const run = (chain: Parameters<typeof sequential>[0], inputShape: Shape, batches: number[], mode: Mode) => {
    const model = sequential(chain, { inputShape, seed: 1 });
    for (const batch of batches) {
      const input = tensor(new Float64Array(batch * sizeOf(inputShape)), [batch, ...inputShape]);
      model.fprop({ input }, { mode }).release();
    }
  };

  it('comes once for each box that trains on single vectors, and names what to take there', () => {
    run([linear(3), batchNorm(), linear(3), batchNorm()], [2], [1, 1, 1], 'train');
    expect(emitted).toEqual(
      ['batchNorm1', 'batchNorm2'].map((name) => ({
        code: 'FLUXION_BATCH_NORM',
        message: `batchNorm '${name}': a minibatch of one vector has variance 0, so the output is the bias whatever the input; take layerNorm() or rmsNorm(), or larger minibatches`,
      })),
    );
  });

  it('comes for a second model too', () => {
    for (let i = 0; i < 2; i++) run([batchNorm()], [2], [1], 'train');
    expect(emitted).toHaveLength(2);
  });

  it('comes for single pictures, in other words', () => {
    run([conv2d(2, 3), batchNorm()], [5, 5, 1], [1, 1], 'train');
    expect(emitted.map(({ message }) => message)).toEqual([
      "batchNorm 'batchNorm1': the statistics of a minibatch of one example are those of that example alone, not those that predictions use; take groupNorm() or layerNorm(), or larger minibatches",
    ]);
  });

  it('does not come in larger minibatches, nor in predictions', () => {
    run([batchNorm()], [2], [2, 3], 'train');
    run([batchNorm()], [2], [1], 'predict');
    expect(emitted).toEqual([]);
  });
});

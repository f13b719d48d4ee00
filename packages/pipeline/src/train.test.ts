import { l1, l2, softmaxCrossEntropy, sum } from '@fluxion/loss';
import { adam, sgd } from '@fluxion/optim';
import { OptionError } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { batches, newModel, run, values } from '../test/training.js';
import { bprop } from './bprop.js';
import { fprop } from './fprop.js';
import { train } from './train.js';
import { update } from './update.js';

describe('train', () => {
  it.each([
    ['sgd', () => sgd({ learningRate: 0.1, decreaseConstant: 0.01 })],
    ['momentum', () => sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true })],
    ['adam', () => adam()],
  ])('gives the same bits as fprop, bprop and update: %s', async (_name, optimizer) => {
    const [apart, together] = [newModel(), newModel()];
    const loss = softmaxCrossEntropy();
    const regularizer = sum(l1(1e-3), l2(1e-3));
    const steps = await run(batches(50, 3).pipe(fprop(apart), bprop(loss, regularizer), update(optimizer())));
    const others = await run(
      batches(50, 3).pipe(train(together, { loss, regularizer, optimizer: optimizer() })),
    );
    expect(others).toEqual(steps);
    expect(values(together)).toEqual(values(apart));
  });

  it('refuses an option that is none', () => {
    const options = { loss: softmaxCrossEntropy(), optimizer: sgd({ learningRate: 1 }), regulariser: l2(1) };
    expect(() => train(newModel(), options)).toThrow(
      new OptionError(
        "train: expected loss, regularizer, optimizer, prequential, got 'regulariser'; did you mean 'regularizer'?",
      ),
    );
  });
});

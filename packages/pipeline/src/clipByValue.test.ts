import { linear, sequential } from '@fluxion/layers';
import { l2, squaredError } from '@fluxion/loss';
import { sgd } from '@fluxion/optim';
import { OptionError, StateError, tensor } from '@fluxion/tensor';
import { from, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { run, values } from '../test/training.js';
import { bprop } from './bprop.js';
import { clipByValue } from './clipByValue.js';
import { fprop } from './fprop.js';
import { update } from './update.js';

/** A linear model of one unit that begins at these weights and the bias 0, after one step of α = 1 towards the target 0. */
async function step(weights: readonly number[], input: readonly number[], limit: number, lambda = 0) {
  const model = sequential([linear(1)], { inputShape: [weights.length], dtype: 'float64' });
  model.assign(model.parameters[0], weights);
  const examples = {
    size: 1,
    inputs: { x: tensor(input, [1, input.length]) },
    targets: { y: tensor([0], [1, 1]) },
  };
  await run(
    of(examples).pipe(
      fprop(model),
      bprop(squaredError(), l2(lambda)),
      clipByValue(limit),
      update(sgd({ learningRate: 1 })),
    ),
  );
  return values(model).flat();
}

describe('clipByValue', () => {
  it('keeps each number of the gradient within the limit, and leaves the others', async () => {
    // The output is 1, and so the gradients are the inputs, and 1 for the bias.
    expect(await step([1, 0, 0], [1, -30, 0.25], 0.5)).toEqual([0.5, 0.5, -0.25, -0.5]);
  });

  it('counts the regularizer in', async () => {
    expect(await step([1, 4], [1, 0], 3, 0.5)).toEqual([-1, 1, -1]);
  });

  it('refuses a gradient that is not a number, before the update', async () => {
    const model = sequential([linear(1)], { inputShape: [1] });
    model.assign(model.parameters[0], [1e-3]);
    // In float32 the gradient of the weight overflows, and with l2's of the other sign it is no number.
    const nan = { form: 'dense', tensor: model.kernels.arena.tensor([1, 1]) } as const;
    nan.tensor.data.fill(Number.NaN);
    const [parameter] = model.parameters;
    const backward = {
      model,
      examples: { size: 1, inputs: {}, targets: {} },
      size: 1,
      loss: 0,
      gradients: [{ parameter, gradient: nan, penalty: { l1: 0, l2: 0 } }],
      version: model.version,
      lease: { isOver: () => false },
    };
    const before = values(model);
    await expect(
      run(from([backward]).pipe(clipByValue(1), update(sgd({ learningRate: 1 })))),
    ).rejects.toThrow(
      new StateError(
        'clipByValue: expected gradients that are numbers, got NaN; use a smaller learningRate, or look for inputs that are very large',
      ),
    );
    expect(values(model)).toEqual(before);
  });

  it.each([0, -1, Number.NaN])('refuses a limit of %d', (limit) => {
    expect(() => clipByValue(limit)).toThrow(
      new OptionError(`clipByValue limit: expected a positive number, got ${limit}; give one, as 1`),
    );
  });
});

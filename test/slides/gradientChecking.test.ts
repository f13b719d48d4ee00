import { checkGradients, type Regularizer } from '@fluxion/graph';
import { linear, sequential, sigmoid, tanh } from '@fluxion/layers';
import { l1, l2, softmaxCrossEntropy, sum } from '@fluxion/loss';
import { labels, random, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';

/** The course's own setting: 20 binary inputs, hidden layers of 4 and 5, 3 classes. */
const batch = 5;
const bits = random(7, 'inputs');
const examples = {
  inputs: {
    input: tensor(
      Array.from({ length: batch * 20 }, (_, i) => bits.integer(i, 2)),
      [batch, 20],
    ),
  },
  targets: { target: labels([0, 2, 1, 1, 0]) },
};
const regularizers: Record<string, Regularizer | undefined> = {
  none: undefined,
  l1: l1(0.01),
  l2: l2(0.01),
  'l1 and l2': sum(l1(0.01), l2(0.01)),
};

describe.each([
  ['tanh', tanh],
  ['sigmoid', sigmoid],
])("gradient checking in the course's setting, %s", (_, activation) => {
  const model = sequential([linear(4), activation(), linear(5), activation(), linear(3)], {
    inputShape: [20],
    seed: 3,
  });

  it.each(Object.entries(regularizers))(
    'every parameter agrees to 1e-7, regularizer: %s',
    (_name, regularizer) => {
      const report = checkGradients(model, {
        loss: softmaxCrossEntropy(),
        examples,
        epsilon: 1e-6,
        ...(regularizer === undefined ? {} : { regularizer }),
      });
      expect(report.parameters.map(({ name }) => name).toSorted()).toEqual(
        ['linear1', 'linear2', 'linear3'].flatMap((box) => [`${box}.bias`, `${box}.weight`]),
      );
      for (const { name, maxRelativeError } of report.parameters)
        expect(maxRelativeError, name).toBeLessThan(1e-7);
      expect(report.ok).toBe(true);
    },
  );
});

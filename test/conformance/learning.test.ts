import {
  type CheckedExamples,
  checkGradients,
  type FlowGraph,
  type Objective,
  objective,
} from '@fluxion/graph';
import { linear, relu, sequential, sigmoid, softmax, tanh } from '@fluxion/layers';
import { binaryCrossEntropy, l2, softmaxCrossEntropy } from '@fluxion/loss';
import { adam, type Optimizer, optimizerState, sgd } from '@fluxion/optim';
import { elements, type Labels, labels, type Tensor, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { writtenGradients } from './surround.js';

/** Goes through the minibatches again and again, with an update after each. */
function learn(
  model: FlowGraph,
  target: Objective,
  optimizer: Optimizer,
  minibatches: readonly CheckedExamples[],
  epochs: number,
): void {
  const state = optimizerState(optimizer, model);
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const { inputs, targets } of minibatches) {
      const tape = model.fprop(inputs);
      state.update(tape.bprop(target, targets).gradients);
      tape.release();
    }
  }
}

/** The mean loss, and the norm of the whole gradient. */
function lossAndNorm(model: FlowGraph, target: Objective, { inputs, targets }: CheckedExamples) {
  const tape = model.fprop(inputs);
  const { loss, gradients } = tape.bprop(target, targets);
  const norm = Math.hypot(...Object.values(writtenGradients(model, gradients)).flat());
  tape.release();
  return { loss, norm };
}

const optimizers: Record<string, () => Optimizer> = {
  sgd: () => sgd({ learningRate: 2 }),
  'sgd with momentum': () => sgd({ learningRate: 0.2, momentum: 0.9 }),
  "sgd with Nesterov's momentum": () => sgd({ learningRate: 0.2, momentum: 0.9, nesterov: true }),
  adam: () => adam({ learningRate: 0.1, decreaseConstant: 0.01 }),
};

describe('softmax regression, which is convex', () => {
  /** Two groups, told apart by two inputs, in which the classes stand 2 : 1 : 1 and 1 : 2 : 3. */
  const groups = [
    [0, 0, 1, 2],
    [0, 1, 1, 2, 2, 2],
  ];
  const examples = {
    inputs: {
      input: tensor(
        groups.flatMap((group, i) => group.flatMap(() => (i === 0 ? [1, 0] : [0, 1]))),
        [10, 2],
      ),
    },
    targets: { target: labels(groups.flat()) },
  };
  const frequencies = [1 / 2, 1 / 4, 1 / 4, 1 / 6, 1 / 3, 1 / 2];
  const newModel = (seed: number): FlowGraph =>
    sequential([linear(3)], { inputShape: [2], seed, dtype: 'float64' });
  const probabilities = (model: FlowGraph): number[] => {
    const above = sequential([softmax()], { inputShape: [3], dtype: 'float64' });
    const logits = model.fprop({ input: tensor([1, 0, 0, 1], [2, 2]) }).output;
    return [...elements(above.fprop({ logits }).output)];
  };

  it.each(Object.entries(optimizers))(
    'is solved by %s: the gradient is 0, the probabilities are the frequencies',
    (_, optimizer) => {
      const model = newModel(1);
      const target = objective(model, softmaxCrossEntropy());
      learn(model, target, optimizer(), [examples], 1000);
      const { loss, norm } = lossAndNorm(model, target, examples);
      expect(norm).toBeLessThan(1e-9);
      probabilities(model).forEach((p, i) => {
        expect(p).toBeCloseTo(frequencies[i], 8);
      });
      const entropy = (p: number[]): number => -p.reduce((sum, each) => sum + each * Math.log(each), 0);
      expect(loss).toBeCloseTo(
        0.4 * entropy(frequencies.slice(0, 3)) + 0.6 * entropy(frequencies.slice(3)),
        12,
      );
    },
  );

  it('with l2 has one solution, wherever it begins and whoever looks for it', () => {
    const solutions = Object.values(optimizers).map((optimizer, i) => {
      const model = newModel(i);
      const target = objective(model, softmaxCrossEntropy(), l2(0.05));
      learn(model, target, optimizer(), [examples], 1000);
      expect(lossAndNorm(model, target, examples).norm).toBeLessThan(1e-9);
      // Ω does not count the biases: a number added to all of them changes nothing.
      const [weight, bias] = model.parameters.map(({ value }) => [...elements(value)]);
      return [...weight, ...bias.map((b) => b - bias[0])];
    });
    for (const solution of solutions) {
      solution.forEach((value, i) => {
        expect(value).toBeCloseTo(solutions[0][i], 7);
      });
    }
  });
});

describe('XOR, which no linear box can tell', () => {
  const corners = [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ];
  const answers = [0, 1, 1, 0];
  const hiddenLayers = {
    tanh: [linear(4), tanh()],
    sigmoid: [linear(4), sigmoid()],
    relu: [linear(4, { initializer: 'heUniform' }), relu()],
  };
  const learners: Record<string, () => Optimizer> = {
    sgd: () => sgd({ learningRate: 0.2 }),
    "sgd with Nesterov's momentum": () => sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true }),
    adam: () => adam({ learningRate: 0.02 }),
  };
  const batch = (
    rows: readonly number[],
    targets: (answers: number[]) => Tensor | Labels,
  ): CheckedExamples => ({
    inputs: {
      input: tensor(
        rows.flatMap((row) => corners[row]),
        [rows.length, 2],
      ),
    },
    targets: { answer: targets(rows.map((row) => answers[row])) },
  });
  const targetsOf = {
    'two units, a class for each answer': labels,
    'one unit, the logit of yes': (given: number[]) => tensor(given, [given.length, 1]),
  };
  const all = [0, 1, 2, 3];

  describe.each(Object.entries(hiddenLayers))('with four hidden units of %s', (_, hidden) => {
    describe.each(Object.entries(targetsOf))('and %s', (_, targets) => {
      it.each(Object.entries(learners))('is learned one by one, by %s', (_, optimizer) => {
        const [units, loss] = targets === labels ? [2, softmaxCrossEntropy()] : [1, binaryCrossEntropy()];
        const model = sequential([...hidden, linear(units)], { inputShape: [2], seed: 2 });
        const target = objective(model, loss);
        learn(
          model,
          target,
          optimizer(),
          all.map((row) => batch([row], targets)),
          1000,
        );
        // A mean loss of 0.1 leaves no corner a probability under e^−0.4 = 0.67.
        expect(lossAndNorm(model, target, batch(all, targets)).loss).toBeLessThan(0.1);
      });
    });
  });

  it('is not learned without a hidden layer: the best is to know nothing', () => {
    const model = sequential([linear(1)], { inputShape: [2], seed: 1, dtype: 'float64' });
    const target = objective(model, binaryCrossEntropy());
    const examples = batch(all, (given) => tensor(given, [4, 1]));
    learn(model, target, sgd({ learningRate: 1 }), [examples], 1000);
    const { loss, norm } = lossAndNorm(model, target, examples);
    expect(norm).toBeLessThan(1e-9);
    expect(loss).toBeCloseTo(Math.log(2), 12);
  });
});

describe('a model that has learned all there is', () => {
  it('passes the gradient check, though the differences of its loss are little more than rounding', () => {
    const model = sequential([linear(3), tanh(), linear(2)], { inputShape: [2], seed: 1, dtype: 'float64' });
    const examples = {
      inputs: { input: tensor([0.5, -1, 2, 0.25], [2, 2]) },
      targets: { target: labels([0, 1]) },
    };
    const loss = softmaxCrossEntropy();
    learn(model, objective(model, loss), sgd({ learningRate: 0.5 }), [examples], 20_000);
    const report = checkGradients(model, { loss, examples });
    expect(Math.abs(report.worst.analytic)).toBeLessThan(1e-4);
    expect(report).toMatchObject({ ok: true });
  });
});

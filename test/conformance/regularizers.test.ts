import {
  type BoxDefinition,
  checkGradients,
  type FlowGraph,
  objective,
  type Regularizer,
} from '@fluxion/graph';
import { boxes, linear, sequential, tanh } from '@fluxion/layers';
import { l1, l2, softmaxCrossEntropy, sum } from '@fluxion/loss';
import { elements, labels } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { randomTensor, writtenGradients } from './surround.js';

/** A case for every strength that a regularizer has; the compiler and the suite refuse one that is left out. */
const regularizers: Readonly<Record<keyof Regularizer, Regularizer>> = { l1: l1(0.1), l2: l2(0.1) };
const cases = Object.entries({ ...regularizers, 'the sum of both': sum(l1(0.02), l2(0.3)) });

const loss = softmaxCrossEntropy();
const examples = {
  inputs: { input: randomTensor([5, 4], 1, 'input') },
  targets: { target: labels([2, 0, 1, 1, 0]) },
};

/** Biases too begin away from 0, so that one that counted them would show. */
function newModel(options: { definitions?: Record<string, BoxDefinition> } = {}): FlowGraph {
  const model = sequential([linear(3), tanh(), linear(3)], {
    inputShape: [4],
    seed: 4,
    dtype: 'float64',
    ...options,
  });
  for (const { name, regularized, value } of model.parameters) {
    if (!regularized) elements(value).set(elements(randomTensor(value.shape, 1, name)));
  }
  return model;
}

function gradientsOf(model: FlowGraph, regularizer?: Regularizer): Record<string, number[]> {
  const target = objective(model, loss, regularizer);
  return writtenGradients(model, model.fprop(examples.inputs).bprop(target, examples.targets).gradients);
}

it('there is a case for every strength of a regularizer', () => {
  expect(Object.keys(regularizers).toSorted()).toEqual(Object.keys(l2(1)).toSorted());
});

describe.each(cases)('%s', (_, regularizer) => {
  it('has right gradients', () => {
    const report = checkGradients(newModel(), { loss, regularizer, examples });
    expect(report.worst.relativeError, JSON.stringify(report.worst)).toBeLessThan(1e-7);
    expect(report.parameters.length).toBe(4);
  });

  it('adds to the gradients of the weights what it says, and nothing to those of the biases', () => {
    const model = newModel();
    const [plain, penalised] = [gradientsOf(model), gradientsOf(model, regularizer)];
    for (const { name, value, regularized } of model.parameters) {
      const w = elements(value);
      penalised[name].forEach((gradient, i) => {
        const omega = regularizer.l1 * Math.sign(w[i]) + 2 * regularizer.l2 * w[i];
        expect(gradient - plain[name][i], name).toBeCloseTo(regularized ? omega : 0, 14);
      });
    }
  });

  it('is no part of the loss that a pass tells', () => {
    const model = newModel();
    const [plain, penalised] = [undefined, regularizer].map(
      (each) => model.fprop(examples.inputs).bprop(objective(model, loss, each), examples.targets).loss,
    );
    expect(penalised).toBe(plain);
  });

  it('is seen by the check when its gradient is 1 % too large', () => {
    const linearBox: BoxDefinition = boxes.linear;
    // The kernels of the checked copy write ∇Ω: a box is the one who can reach them.
    const wrong: BoxDefinition = {
      ...linearBox,
      fprop(cells) {
        const { kernels } = cells;
        const right = kernels.writeGradient;
        if (right.name !== 'tooLarge') {
          kernels.writeGradient = function tooLarge(value, gradient, { l1, l2 }, sink, factor) {
            return right(value, gradient, { l1: 1.01 * l1, l2: 1.01 * l2 }, sink, factor);
          };
        }
        return linearBox.fprop(cells);
      },
    };
    const report = checkGradients(newModel({ definitions: { linear: wrong } }), {
      loss,
      regularizer,
      examples,
    });
    const found = report.parameters.filter(({ ok }) => !ok).map(({ name }) => name);
    expect(found.toSorted()).toEqual(['linear1.weight', 'linear2.weight']);
  });
});

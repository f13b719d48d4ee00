import type { Examples } from '@fluxion/data';
import { type FlowGraph, objective } from '@fluxion/graph';
import { linear, sequential, sigmoid, tanh } from '@fluxion/layers';
import { l1, l2, softmaxCrossEntropy, sum } from '@fluxion/loss';
import { optimizerState, sgd } from '@fluxion/optim';
import { train } from '@fluxion/pipeline';
import { elements, labels, random, tensor } from '@fluxion/tensor';
import { from } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type PlainActivation, type PlainLayer, plainBackpropagation, plainUpdate } from './plainNetwork.js';

const inputs = 6;
const classes = 3;
const steps = 100;
const layerNames = ['linear1', 'linear2', 'linear3'];

/** Two hidden layers, one of each activation. */
function newModel(): FlowGraph {
  const chain = [linear(5), tanh(), linear(4), sigmoid(), linear(classes)];
  return sequential(chain, { inputShape: [inputs], seed: 6, dtype: 'float64' });
}

const activations: PlainActivation[] = [
  {
    g: (a) => (Math.exp(a) - Math.exp(-a)) / (Math.exp(a) + Math.exp(-a)),
    derivative: (a) => 4 / (Math.exp(a) + Math.exp(-a)) ** 2,
  },
  {
    g: (a) => 1 / (1 + Math.exp(-a)),
    derivative: (a) => Math.exp(-a) / (1 + Math.exp(-a)) ** 2,
  },
];

/** The model's parameters in the slides' notation: W is the transpose of weight, [fanIn, fanOut]. */
function plainLayers(model: FlowGraph): PlainLayer[] {
  return layerNames.map((name) => {
    const { weight, bias } = Object.fromEntries(model.box(name).parameters);
    const [fanIn, fanOut] = weight.value.shape;
    return {
      W: Array.from({ length: fanOut }, (_, i) =>
        Array.from({ length: fanIn }, (_, j) => weight.value.get(j, i)),
      ),
      b: [...elements(bias.value)],
    };
  });
}

/** Example number t: it goes through 20 of them, again and again. */
function example(t: number): { x: number[]; y: number } {
  const numbers = random(1, `example ${t % 20}`);
  return {
    x: Array.from({ length: inputs }, (_, j) => 2 * numbers.uniform(j) - 1),
    y: numbers.integer(inputs, classes),
  };
}

function minibatch(t: number): Examples {
  const { x, y } = example(t);
  return { size: 1, inputs: { input: tensor(x, [1, inputs]) }, targets: { target: labels([y]) } };
}

/** Expects two lists of numbers to agree to 1e-12, relative to the largest of them. */
function expectSame(actual: readonly number[], expected: readonly number[], what: string): void {
  const largest = Math.max(...expected.map(Math.abs));
  const difference = Math.max(...expected.map((value, i) => Math.abs(actual[i] - value)));
  expect(actual.length, what).toBe(expected.length);
  expect(difference / largest, what).toBeLessThan(1e-12);
}

function expectSameParameters(model: FlowGraph, layers: readonly PlainLayer[]): void {
  for (const [k, actual] of plainLayers(model).entries()) {
    expectSame(actual.W.flat(), layers[k].W.flat(), `W of ${layerNames[k]}`);
    expectSame(actual.b, layers[k].b, `b of ${layerNames[k]}`);
  }
}

describe("the slides' equations", () => {
  it.each([0, 1, 2, 3, 4])("give the graph's loss and gradients: example %i", (t) => {
    const model = newModel();
    const layers = plainLayers(model);
    const { x, y } = example(t);
    const expected = plainBackpropagation(layers, activations, x, y);

    const tape = model.fprop({ input: tensor(x, [1, inputs]) });
    const { loss, gradients, order } = tape.bprop(objective(model, softmaxCrossEntropy()), {
      y: labels([y]),
    });
    expectSame([loss], [expected.loss], 'loss');
    expect(order).toEqual(['linear3', 'sigmoid1', 'linear2', 'tanh1', 'linear1']);
    for (const [k, name] of layerNames.entries()) {
      for (const { parameter, gradient } of gradients) {
        if (gradient.form === 'factored' && parameter.name === `${name}.weight`) {
          const [{ input, dOutput }] = gradient.pairs;
          // Kept as the factors of ∇W = ∇a hᵀ, transposed: h and ∇a.
          const product = layers[k].W.map((row, i) => row.map((_, j) => dOutput.get(0, i) * input.get(0, j)));
          expectSame(product.flat(), expected.W[k].flat(), `∇W of ${name}`);
          expectSame([...elements(dOutput)], expected.b[k], `∇a of ${name}`);
        }
        if (gradient.form === 'dense' && parameter.name === `${name}.bias`) {
          expectSame([...elements(gradient.tensor)], expected.b[k], `∇b of ${name}`);
        }
      }
    }
    expect(
      gradients.map(({ parameter, gradient }) => `${parameter.name} ${gradient.form}`).toSorted(),
    ).toEqual(layerNames.flatMap((name) => [`${name}.bias dense`, `${name}.weight factored`]));
  });

  it('give the mean over a minibatch', () => {
    const model = newModel();
    const batch = [0, 1, 2, 3].map(example);
    const expected = batch.map(({ x, y }) => plainBackpropagation(plainLayers(model), activations, x, y));
    const mean = (values: number[]): number =>
      values.reduce((total, value) => total + value, 0) / batch.length;

    const tape = model.fprop({
      input: tensor(
        batch.flatMap(({ x }) => x),
        [batch.length, inputs],
      ),
    });
    const { loss, gradients } = tape.bprop(objective(model, softmaxCrossEntropy()), {
      y: labels(batch.map(({ y }) => y)),
    });
    expectSame([loss], [mean(expected.map((each) => each.loss))], 'loss');
    for (const { parameter, gradient } of gradients) {
      const [name, kind] = parameter.name.split('.');
      if (kind !== 'bias' || gradient.form !== 'dense') continue;
      const biases = expected.map(({ b }) => b[layerNames.indexOf(name)]);
      expectSame(
        [...elements(gradient.tensor)],
        biases[0].map((_, i) => mean(biases.map((b) => b[i]))),
        parameter.name,
      );
    }
  });
});

const penalties = {
  none: { l1: 0, l2: 0 },
  L1: l1(0.003),
  L2: l2(0.01),
  'L1 and L2': sum(l1(0.002), l2(0.005)),
};

describe.each(Object.entries(penalties))(`${steps} steps of SGD, regularizer: %s`, (_, regularizer) => {
  it.each([0, 0.05])('give the weights of the plain loops, decrease constant δ = %d', (decreaseConstant) => {
    const model = newModel();
    const layers = plainLayers(model);
    const target = objective(model, softmaxCrossEntropy(), regularizer);
    const state = optimizerState(sgd({ learningRate: 0.3, decreaseConstant }), model);
    for (let t = 0; t < steps; t++) {
      const { x, y } = example(t);
      const expected = plainBackpropagation(layers, activations, x, y);
      plainUpdate(layers, expected, regularizer, 0.3 / (1 + decreaseConstant * t));

      const tape = model.fprop({ input: tensor(x, [1, inputs]) });
      const { loss, gradients } = tape.bprop(target, { y: labels([y]) });
      state.update(gradients);
      tape.release();
      expectSame([loss], [expected.loss], `loss of step ${t}`);
    }
    expect(state.step).toBe(steps);
    expectSameParameters(model, layers);
  });

  it('give them as a stream of examples too', async () => {
    const model = newModel();
    const layers = plainLayers(model);
    const losses: number[] = [];
    const expected: number[] = [];
    const examples = Array.from({ length: steps }, (_, t) => minibatch(t));
    const optimizer = sgd({ learningRate: 0.3, decreaseConstant: 0.05 });
    await from(examples)
      .pipe(train(model, { loss: softmaxCrossEntropy(), regularizer, optimizer }))
      .forEach(({ loss }) => {
        losses.push(loss);
      });
    for (let t = 0; t < steps; t++) {
      const { x, y } = example(t);
      const gradients = plainBackpropagation(layers, activations, x, y);
      expected.push(gradients.loss);
      plainUpdate(layers, gradients, regularizer, 0.3 / (1 + 0.05 * t));
    }
    expectSame(losses, expected, 'losses');
    expectSameParameters(model, layers);
  });
});

it('the model has learned from these steps: the plain loops do not stand still', () => {
  const layers = plainLayers(newModel());
  const loss = (): number =>
    Array.from({ length: 20 }, (_, t) => example(t)).reduce(
      (total, { x, y }) => total + plainBackpropagation(layers, activations, x, y).loss / 20,
      0,
    );
  const before = loss();
  for (let t = 0; t < 10 * steps; t++) {
    const { x, y } = example(t);
    plainUpdate(layers, plainBackpropagation(layers, activations, x, y), penalties.none, 0.3);
  }
  expect(loss()).toBeLessThan(0.5 * before);
});

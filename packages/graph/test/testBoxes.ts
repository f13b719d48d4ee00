import { expectShape, reshape, type Shape, sizeOf, type Tensor, tensor } from '@fluxion/tensor';
import type { BoxDefinition, BoxDefinitions, BoxDescription, PlacedBox } from '../src/index.js';

/** output = input · weight: a linear box without bias. Its gradient is kept as factors unless told otherwise. */
export interface Linear extends BoxDescription {
  readonly units: number;
  readonly gradient?: 'dense' | 'factored';
}

const linear: BoxDefinition<Linear> = {
  children: 1,
  outputShape({ units }, [input], where) {
    expectShape(`${where} input`, ['fanIn'], input as Shape, 'give it a vector');
    return [units];
  },
  parameters: ({ units }, [input]) => ({
    weight: {
      shape: [(input as Shape)[0] as number, units],
      initializer: (values, _, random) => {
        for (let i = 0; i < values.length; i++) values[i] = 2 * random.uniform(i) - 1;
      },
      regularized: true,
    },
  }),
  fprop: ({ kernels, inputs: [input], parameters: { weight }, output }) => [
    kernels.matmul(input as Tensor, weight as Tensor, { tensor: output, beta: 0 }),
  ],
  bprop({ kernels, description, inputs: [input], parameters, dOutput, dInputs: [dInput], gradients }) {
    const { weight } = gradients;
    const isDense = description.gradient === 'dense';
    if (!isDense) weight?.factored({ input: input as Tensor, dOutput });
    return [
      weight && isDense
        ? kernels.matmul((input as Tensor).transpose(1, 0), dOutput, weight.dense())
        : undefined,
      dInput && kernels.matmul(dOutput, (parameters.weight as Tensor).transpose(1, 0), dInput),
    ];
  },
};

/** output = input ⊙ factor, with one factor for each element of an example, which begin as they are given. */
export interface Scale extends BoxDescription {
  readonly factors: readonly number[];
}

const scale: BoxDefinition<Scale> = {
  children: 1,
  outputShape({ factors }, [input], where) {
    expectShape(`${where} input`, [factors.length], input as Shape, 'give as many factors');
    return [factors.length];
  },
  parameters: ({ factors }) => ({
    factor: {
      shape: [factors.length],
      initializer: (values) => values.set(factors),
      regularized: false,
    },
  }),
  workspace: ({ factors }) => ({ products: { shape: [factors.length], per: 'example' } }),
  fprop: ({ kernels, inputs: [input], parameters: { factor }, output }) => [
    kernels.multiply(input as Tensor, onEachRow(factor as Tensor, output), { tensor: output, beta: 0 }),
  ],
  bprop({
    kernels,
    inputs: [input],
    parameters,
    workspace,
    dOutput,
    dInputs: [dInput],
    gradients: { factor },
  }) {
    const products = workspace.products as Tensor;
    return [
      factor && kernels.multiply(dOutput, input as Tensor, { tensor: products, beta: 0 }),
      factor && kernels.sumRows(products, factor.dense()),
      dInput && kernels.multiply(dOutput, onEachRow(parameters.factor as Tensor, dOutput), dInput),
    ];
  },
};

/** The vector as a matrix of the other's shape: every row is the vector itself. */
function onEachRow(vector: Tensor, { shape }: Tensor): Tensor {
  const view = tensor(vector.data, vector.shape).lo(0);
  view.shape = [...shape];
  view.stride = [0, 1];
  return view;
}

/** output = Σ inputs. */
const add: BoxDefinition = {
  children: 'oneOrMore',
  outputShape: (_, [first]) => first as Shape,
  fprop: ({ kernels, inputs, output }) =>
    inputs.map((input, i) => kernels.copy(input, { tensor: output, beta: i === 0 ? 0 : 1 })),
  bprop: ({ kernels, dOutput, dInputs }) => dInputs.map((dInput) => dInput && kernels.copy(dOutput, dInput)),
};

/** output = left ⊙ right. */
const multiply: BoxDefinition = {
  children: 2,
  outputShape(_, [left, right], where) {
    expectShape(`${where} right`, left as Shape, right as Shape, 'give it two of one shape');
    return left as Shape;
  },
  fprop: ({ kernels, inputs: [left, right], output }) => [
    kernels.multiply(left as Tensor, right as Tensor, { tensor: output, beta: 0 }),
  ],
  bprop: ({ kernels, inputs: [left, right], dOutput, dInputs: [dLeft, dRight] }) => [
    dLeft && kernels.multiply(dOutput, right as Tensor, dLeft),
    dRight && kernels.multiply(dOutput, left as Tensor, dRight),
  ],
};

/** output = tanh input. */
const tanh: BoxDefinition = {
  children: 1,
  outputShape: (_, [input]) => input as Shape,
  fprop: ({ kernels, inputs: [input], output }) => [kernels.elementwise('tanh', input as Tensor, output)],
  bprop: ({ kernels, inputs: [input], output, dOutput, dInputs: [dInput] }) => [
    dInput && kernels.elementwiseGradient('tanh', input as Tensor, output, dOutput, dInput),
  ],
};

/** output = 2 · input, the example as one vector. */
const twice: BoxDefinition = {
  children: 1,
  outputShape: (_, [input]) => [sizeOf(input as Shape)],
  fprop: ({ kernels, inputs: [input], output }) => [
    kernels.copy(reshape(input as Tensor, output.shape), { tensor: output, beta: 0 }, 2),
  ],
  bprop: ({ kernels, inputs: [input], dOutput, dInputs: [dInput] }) => [
    dInput && kernels.copy(reshape(dOutput, (input as Tensor).shape), dInput, 2),
  ],
};

/** The boxes of these tests. */
export const definitions: BoxDefinitions = { linear, scale, add, multiply, tanh, twice };

/** A box of these, on its children. */
export const box = {
  linear: (child: string, units: number, options: Partial<Linear> = {}): PlacedBox & Linear => ({
    kind: 'linear',
    units,
    children: [child],
    ...options,
  }),
  scale: (child: string, factors: readonly number[], options: Partial<Scale> = {}): PlacedBox & Scale => ({
    kind: 'scale',
    factors,
    children: [child],
    ...options,
  }),
  add: (...children: string[]): PlacedBox => ({ kind: 'add', children }),
  multiply: (left: string, right: string): PlacedBox => ({ kind: 'multiply', children: [left, right] }),
  tanh: (child: string): PlacedBox => ({ kind: 'tanh', children: [child] }),
  twice: (child: string): PlacedBox => ({ kind: 'twice', children: [child] }),
};

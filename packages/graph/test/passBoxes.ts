import { reshape, type Shape, type Tensor } from '@fluxion/tensor';
import type { BoxDefinition, BoxDefinitions } from '../src/index.js';
import { definitions } from './testBoxes.js';

/** output = input − mean, where mean is a state that each pass in train moves to the last example's. */
const centre: BoxDefinition = {
  children: 1,
  mixesExamples: () => true,
  outputShape: (_, [input]) => input as Shape,
  states: (_, [input]) => ({ mean: { shape: input as Shape, initializer: (values) => values.fill(1) } }),
  workspace: (_, [input]) => ({ used: { shape: input as Shape, per: 'pass' } }),
  fprop({ pass, inputs: [input], states, workspace, output }) {
    const [x, mean, used] = [input as Tensor, states.mean as Tensor, workspace.used as Tensor];
    return [
      () => {
        const [batch, size] = x.shape as [number, number];
        for (let j = 0; j < size; j++) {
          used.set(j, mean.get(j));
          for (let i = 0; i < batch; i++) output.set(i, j, x.get(i, j) - used.get(j));
          if (pass.mode === 'train') mean.set(j, x.get(batch - 1, j));
        }
      },
    ];
  },
  bprop: ({ kernels, dOutput, dInputs: [dInput] }) => [dInput && kernels.copy(dOutput, dInput)],
};

/** output = input + noise, in train only: a number by the number of the example, the same for all its elements. */
const noise: BoxDefinition = {
  children: 1,
  outputShape: (_, [input]) => input as Shape,
  fprop: ({ pass, random, inputs: [input], output }) => [
    () => {
      const [batch, size] = output.shape as [number, number];
      for (let i = 0; i < batch; i++) {
        const added = pass.mode === 'train' ? random.uniform(pass.example + i * pass.stride) : 0;
        for (let j = 0; j < size; j++) output.set(i, j, (input as Tensor).get(i, j) + added);
      }
    },
  ],
  bprop: ({ kernels, dOutput, dInputs: [dInput] }) => [dInput && kernels.copy(dOutput, dInput)],
};

/** output = the row of a table for each index, [length, 2]; nothing for −1. */
const table: BoxDefinition = {
  children: 1,
  indexChildren: [0],
  mask: () => 'keeps',
  outputShape: (_, [input]) => [...(input as Shape), 2],
  parameters: (_, __, [bound]) => ({
    weight: {
      shape: [bound as number, 2],
      initializer: (values) => values.forEach((_, i) => (values[i] = i + 1)),
      regularized: true,
    },
  }),
  fprop: ({ indices: [words], parameters: { weight }, output }) => [
    () => {
      const [batch, length] = output.shape as [number, number];
      for (let i = 0; i < batch; i++) {
        for (let step = 0; step < length; step++) {
          const row = words?.get(i, step) as number;
          for (let j = 0; j < 2; j++) output.set(i, step, j, row < 0 ? 0 : (weight as Tensor).get(row, j));
        }
      }
    },
  ],
  bprop({ indices: [words], dOutput, gradients: { weight } }) {
    const sink = weight?.dense().tensor;
    return [
      sink &&
        (() => {
          sink.data.fill(0);
          const [batch, length] = dOutput.shape as [number, number];
          for (let i = 0; i < batch; i++) {
            for (let step = 0; step < length; step++) {
              const row = words?.get(i, step) as number;
              for (let j = 0; row >= 0 && j < 2; j++)
                sink.set(row, j, sink.get(row, j) + dOutput.get(i, step, j));
            }
          }
        }),
    ];
  },
};

/** output = Σ over the steps that count. */
const sumSteps: BoxDefinition = {
  children: 1,
  mask: () => 'ends',
  outputShape: (_, [input]) => [(input as Shape)[1] as number],
  fprop: ({ inputs: [input], masks: [mask], output }) => [
    () => {
      const [batch, length, size] = (input as Tensor).shape as [number, number, number];
      for (let i = 0; i < batch; i++) {
        for (let j = 0; j < size; j++) {
          let sum = 0;
          for (let t = 0; t < length; t++) sum += (mask?.get(i, t) ?? 1) * (input as Tensor).get(i, t, j);
          output.set(i, j, sum);
        }
      }
    },
  ],
  bprop: ({ dOutput, masks: [mask], dInputs: [dInput] }) => [
    dInput &&
      (() => {
        const { tensor, beta } = dInput;
        const [batch, length, size] = tensor.shape as [number, number, number];
        for (let i = 0; i < batch; i++) {
          for (let t = 0; t < length; t++) {
            for (let j = 0; j < size; j++) {
              const before = beta === 0 ? 0 : tensor.get(i, t, j);
              tensor.set(i, t, j, before + (mask?.get(i, t) ?? 1) * dOutput.get(i, j));
            }
          }
        }
      }),
  ],
};

/** Two linear maps with one weight: output = (input · weight) · weight, whose gradient has two pairs of factors. */
const squaredMap: BoxDefinition = {
  children: 1,
  outputShape: (_, [input]) => input as Shape,
  parameters: (_, [input]) => ({
    weight: {
      shape: [input?.[0] as number, input?.[0] as number],
      initializer: (values) => values.forEach((_, i) => (values[i] = Math.sin(i + 1))),
      regularized: true,
    },
  }),
  workspace: (_, [input]) => ({
    middle: { shape: input as Shape, per: 'example' },
    dMiddle: { shape: input as Shape, per: 'example' },
  }),
  fprop: ({ kernels, inputs: [input], parameters, workspace, output }) => {
    const [weight, middle] = [parameters.weight as Tensor, workspace.middle as Tensor];
    return [
      kernels.matmul(input as Tensor, weight, { tensor: middle, beta: 0 }),
      kernels.matmul(middle, weight, { tensor: output, beta: 0 }),
    ];
  },
  bprop({ kernels, inputs: [input], parameters, workspace, dOutput, dInputs: [dInput], gradients }) {
    const { middle, dMiddle } = workspace as { middle: Tensor; dMiddle: Tensor };
    const transposed = (parameters.weight as Tensor).transpose(1, 0);
    gradients.weight?.factored({ input: middle, dOutput }, { input: input as Tensor, dOutput: dMiddle });
    return [
      kernels.matmul(dOutput, transposed, { tensor: dMiddle, beta: 0 }),
      dInput && kernels.matmul(dMiddle, transposed, dInput),
    ];
  },
};

/** output = the example as [length, size]. */
const steps: BoxDefinition = {
  children: 1,
  outputShape: (_, [input]) => [(input?.[0] as number) / 2, 2],
  fprop: ({ kernels, inputs: [input], output }) => [
    kernels.copy(input as Tensor, { tensor: reshape(output, (input as Tensor).shape), beta: 0 }),
  ],
  bprop: ({ kernels, dOutput, dInputs: [dInput] }) => [
    dInput && kernels.copy(reshape(dOutput, dInput.tensor.shape), dInput),
  ],
};

/** Boxes that use what a pass gives them: states, numbers of examples, indices, masks. */
export const passDefinitions: BoxDefinitions = {
  ...definitions,
  centre,
  noise,
  table,
  sumSteps,
  squaredMap,
  steps,
};

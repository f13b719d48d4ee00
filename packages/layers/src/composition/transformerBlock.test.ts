import { checkGradients, type Loss } from '@fluxion/graph';
import { OptionError, random, type Shape, sizeOf, type Tensor, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { apply } from '../apply.js';
import { graph } from '../graph.js';
import { linear } from '../linear/linear.js';
import { sequential } from '../sequential.js';
import { flatten } from '../shape/flatten.js';
import { type TransformerBlockOptions, transformerBlock } from './transformerBlock.js';

const numbers = (shape: Shape): Tensor => {
  const drawn = random(1, 'numbers');
  return tensor(
    Array.from({ length: sizeOf(shape) }, (_, i) => 2 * drawn.uniform(i) - 1),
    shape,
  );
};

/** ½ Σ (z − t)², on plain kernels. */
const loss: Loss<'values'> = {
  kind: 'half',
  targets: 'values',
  link: 'identity',
  fprop: ({ kernels, output, targets, losses }) => [
    kernels.pointwiseLoss('squaredError', output, targets, losses),
  ],
  bprop: ({ kernels, output, targets, dOutput, factor }) => [
    kernels.pointwiseLossGradient('squaredError', output, targets, dOutput, factor),
  ],
};

describe('transformerBlock', () => {
  it('stands for the boxes of its picture', () => {
    const model = sequential([transformerBlock({ heads: 2, features: 4 })], { inputShape: [3, 4] });
    expect(model.boxes.map(({ name, description: { kind, children } }) => [name, kind, ...children])).toEqual(
      [
        ['transformerBlock1.attentionNorm', 'layerNorm', 'input'],
        ['transformerBlock1.attention', 'multiHeadAttention', 'transformerBlock1.attentionNorm'],
        ['transformerBlock1.attended', 'add', 'input', 'transformerBlock1.attention'],
        ['transformerBlock1.unitsNorm', 'layerNorm', 'transformerBlock1.attended'],
        ['transformerBlock1.widened', 'linear', 'transformerBlock1.unitsNorm'],
        ['transformerBlock1.active', 'gelu', 'transformerBlock1.widened'],
        ['transformerBlock1.narrowed', 'linear', 'transformerBlock1.active'],
        ['transformerBlock1', 'add', 'transformerBlock1.attended', 'transformerBlock1.narrowed'],
      ],
    );
    expect(model.box('transformerBlock1.widened').shape).toEqual([3, 16]);
  });

  it.each<Omit<TransformerBlockOptions, 'heads' | 'features'>>([
    { units: 5 },
    { units: 5, norm: 'after', activation: 'silu', dropout: 0.3 },
    { units: 5, causal: true, positions: 'rotary' },
  ])('has right gradients with %j', (options) => {
    const block = transformerBlock({ heads: 2, features: 4, ...options });
    const model = sequential([linear(4), block, flatten()], { inputShape: [3, 2], seed: 3 });
    const examples = { inputs: { input: numbers([2, 3, 2]) }, targets: { t: numbers([2, 12]) } };
    const { worst } = checkGradients(model, { loss, examples });
    expect(worst.relativeError, JSON.stringify(worst)).toBeLessThan(1e-7);
  });

  it('attends to a memory too where it is given one, with masks of their own', () => {
    const model = graph(
      {
        inputs: { words: { shape: [3, 4], masked: true }, memory: { shape: [5, 2], masked: true } },
        boxes: {
          block: apply(transformerBlock({ heads: 2, features: 4 }), 'words', 'memory'),
          flat: apply(linear(1), 'block'),
        },
        outputs: ['flat'],
      },
      { dtype: 'float64', seed: 1 },
    );
    const inputs = {
      words: numbers([1, 3, 4]),
      'words.mask': tensor([1, 1, 0], [1, 3]),
      memory: numbers([1, 5, 2]),
      'memory.mask': tensor([1, 1, 1, 0, 0], [1, 5]),
    };
    const first = (given: typeof inputs): number[] => {
      const tape = model.fprop(given);
      const values = [tape.output.get(0, 0, 0), tape.output.get(0, 1, 0)];
      tape.release();
      return values;
    };
    const changed = (view: Tensor, at: number): Tensor => tensor([...view.data].with(at, 9), view.shape);
    expect(first({ ...inputs, memory: changed(inputs.memory, 9) })).toEqual(first(inputs));
    expect(first({ ...inputs, words: changed(inputs.words, 8) })).toEqual(first(inputs));
    expect(first({ ...inputs, memory: changed(inputs.memory, 1) })).not.toEqual(first(inputs));
  });

  it('freezes all its parts', () => {
    const block = transformerBlock({ heads: 2, features: 4, frozen: true });
    const model = sequential([block, linear(1)], { inputShape: [3, 4] });
    expect(model.learning.map(({ name }) => name)).toEqual(['linear1.weight', 'linear1.bias']);
  });

  it('refuses options that it does not have, and names of its parts that are taken', () => {
    const build = (options: object) =>
      sequential([transformerBlock({ heads: 2, features: 4, ...options })], { inputShape: [3, 4] });
    expect(() => build({ unit: 3 })).toThrow(
      /^transformerBlock 'transformerBlock1': expected .*, got 'unit'; did you mean 'units'/,
    );
    expect(() => build({ heads: 3 })).toThrow(
      new OptionError(
        "multiHeadAttention 'transformerBlock1.attention' heads: expected a divisor of 4 features, got 3; give one",
      ),
    );
    expect(() => build({ norm: 'none' })).toThrow(
      new OptionError(
        "transformerBlock 'transformerBlock1' norm: expected before or after, got 'none'; name one of these",
      ),
    );
    const taken = {
      inputs: { x: [3, 4] },
      boxes: {
        block: apply(transformerBlock({ heads: 2, features: 4 }), 'x'),
        'block.active': apply(linear(2), 'block'),
      },
      outputs: ['block.active'],
    };
    expect(() => graph(taken)).toThrow(
      new OptionError(
        "transformerBlock 'block': expected the name 'block.active' for a part of its own, got another box of that name; rename one",
      ),
    );
  });
});

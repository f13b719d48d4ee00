import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FlowGraph, InputDescription } from '@fluxion/graph';
import {
  apply,
  batchNorm,
  concat,
  conv1d,
  conv2d,
  convTranspose1d,
  convTranspose2d,
  embedding,
  embeddingBag,
  graph,
  groupNorm,
  gru,
  layerNorm,
  learnedPositions,
  linear,
  lstm,
  multiHeadAttention,
  prelu,
  relu,
  rmsNorm,
  sequential,
  simpleRnn,
  softmax,
  transformerBlock,
} from '@fluxion/layers';
import { CheckpointError, elements, labels, OptionError, type Tensor, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { openSafetensors } from '../safetensors/openSafetensors.js';
import { type LoadWeightsOptions, loadWeights } from './loadWeights.js';

const folder = fileURLToPath(new URL('../../test/pytorch/', import.meta.url));
const fileOf = (name: string): string => join(folder, `${name}.safetensors`);

/** What PyTorch made of an input. */
async function runOf(name: string): Promise<{ input: Tensor; output: Tensor }> {
  const file = await openSafetensors(fileOf(`${name}.run`));
  try {
    return { input: await file.read('input'), output: await file.read('output') };
  } finally {
    await file.close();
  }
}

/** PyTorch has the channels first: brought to the end, and back. */
const last = (view: Tensor): Tensor => view.transpose(0, ...view.shape.slice(2).map((_, i) => i + 2), 1);
const first = (view: Tensor): Tensor =>
  view.transpose(0, view.dimension - 1, ...view.shape.slice(2).map((_, i) => i + 1));
const copy = (view: Tensor): Tensor => tensor([...elements(view)], [...view.shape]);

interface Case {
  readonly model: FlowGraph;
  readonly map: NonNullable<LoadWeightsOptions['map']>;
  readonly channels?: boolean;
  readonly indices?: boolean;
}

const both = (
  make: (options: { sequence: boolean; reverse: boolean }) => ReturnType<typeof lstm | typeof gru>,
  layers: number,
) => {
  const boxes: Record<string, ReturnType<typeof apply>> = {};
  let from = 'input';
  for (let layer = 0; layer < layers; layer++) {
    boxes[`on${layer}`] = apply(make({ sequence: true, reverse: false }), from);
    boxes[`back${layer}`] = apply(make({ sequence: true, reverse: true }), from);
    boxes[`both${layer}`] = apply(concat(), `on${layer}`, `back${layer}`);
    from = `both${layer}`;
  }
  return graph({ inputs: { input: [5, 3] }, boxes, outputs: [from] });
};

const chain = (boxes: Parameters<typeof sequential>[0], inputShape: InputDescription): FlowGraph =>
  sequential(boxes, { inputShape });

/** The modules of a TransformerEncoderLayer, with layerNorm before the sublayers or after. */
const encoderLayer = (norm: 'before' | 'after'): Case => {
  const [first, second] = norm === 'before' ? ['attentionNorm', 'unitsNorm'] : ['attended', ''];
  const full = (part: string): string => (part === '' ? 'block' : `block.${part}`);
  return {
    model: chain([transformerBlock({ name: 'block', heads: 2, features: 4, units: 6, norm })], [5, 4]),
    map: {
      [full(first)]: 'norm1',
      [full(second)]: 'norm2',
      'block.attention': 'self_attn',
      'block.widened': 'linear1',
      'block.narrowed': 'linear2',
    },
  };
};

const cases: Readonly<Record<string, Case>> = {
  linear: { model: chain([linear(5), relu(), linear(3)], [4]), map: { linear1: '0', linear2: '2' } },
  conv2d: {
    model: chain([conv2d(4, [3, 2], { stride: 2, padding: 1, groups: 2 })], [5, 6, 2]),
    map: { conv2d1: '0' },
    channels: true,
  },
  conv1d: { model: chain([conv1d(3, 3, { dilation: 2 })], [8, 2]), map: { conv1d1: '0' }, channels: true },
  convTranspose2d: {
    model: chain([convTranspose2d(2, 3, { stride: 2, groups: 2 })], [3, 3, 4]),
    map: { convTranspose2d1: '0' },
    channels: true,
  },
  convTranspose1d: {
    model: chain([convTranspose1d(3, 4, { stride: 2 })], [5, 2]),
    map: { convTranspose1d1: '0' },
    channels: true,
  },
  conv2dWithoutBias: {
    model: chain([conv2d(4, 3, { bias: false })], [5, 6, 2]),
    map: { conv2d1: '0' },
    channels: true,
  },
  convTranspose1dWithoutBias: {
    model: chain([convTranspose1d(3, 4, { bias: false })], [5, 2]),
    map: { convTranspose1d1: '0' },
    channels: true,
  },
  batchNorm: { model: chain([batchNorm()], [4]), map: { batchNorm1: '0' } },
  layerNorm: { model: chain([layerNorm()], [4]), map: { layerNorm1: '0' } },
  groupNorm: { model: chain([groupNorm(2)], [5, 4]), map: { groupNorm1: '0' }, channels: true },
  prelu: { model: chain([prelu()], [4]), map: { prelu1: '0' } },
  embedding: {
    model: chain([embedding(3)], { shape: [4], indices: 7 }),
    map: { embedding1: '0' },
    indices: true,
  },
  simpleRnn: {
    model: graph({
      inputs: { input: [5, 3] },
      boxes: { rnn: apply(simpleRnn(4, { sequence: true }), 'input') },
      outputs: ['rnn'],
    }),
    map: { rnn: { module: '', layer: 0 } },
  },
  lstm: {
    model: both((options) => lstm(4, options), 2),
    map: Object.fromEntries(
      [0, 1].flatMap((layer) => ['on', 'back'].map((way) => [`${way}${layer}`, { module: '', layer }])),
    ),
  },
  gru: { model: both((options) => gru(4, options), 1), map: { on0: '', back0: '' } },
  rmsNorm: { model: chain([rmsNorm()], [4]), map: { rmsNorm1: '0' } },
  embeddingBag: {
    model: chain([embeddingBag(3)], { shape: [4], indices: 7 }),
    map: { embeddingBag1: '0' },
    indices: true,
  },
  learnedPositions: { model: chain([learnedPositions()], [5, 4]), map: { learnedPositions1: 'positions' } },
  encoderLayer: encoderLayer('before'),
  encoderLayerAsFirstProposed: encoderLayer('after'),
  multiHeadAttention: { model: chain([multiHeadAttention(2)], [5, 4]), map: { multiHeadAttention1: '' } },
};

describe('loadWeights gives the outputs that PyTorch had', () => {
  it.each(Object.entries(cases))('%s', async (name, { model, map, channels = false, indices = false }) => {
    await loadWeights(model, fileOf(name), { map });
    const { input, output } = await runOf(name);
    const given = indices
      ? labels([...elements(input)], [...input.shape])
      : channels
        ? copy(last(input))
        : input;
    const found = model.fprop({ input: given }).output;
    const values = elements(channels ? first(found) : found);
    expect((channels ? first(found) : found).shape).toEqual(output.shape);
    elements(output).forEach((value, i) => expect(values[i]).toBeCloseTo(value, 5));
  });
});

describe('loadWeights', () => {
  const model = (): FlowGraph => chain([linear(5), relu(), linear(3), softmax()], [4]);

  it('names all that does not fit, and changes nothing', async () => {
    const other = chain([linear(6), relu(), linear(3)], [4]);
    const before = other.parameters.map(({ value }) => [...elements(value)]);
    await expect(loadWeights(other, fileOf('linear'), { map: { linear1: '0' } })).rejects.toThrow(
      new CheckpointError(
        `${fileOf('linear')}: expected the tensors of the model's boxes, got '0.weight' [5, 4] in place of [6, 4] for linear 'linear1', '0.bias' [5] in place of [6] for linear 'linear1', no 'linear2.weight' [3, 6] for linear 'linear2', '2.weight' [3, 5] besides; name the modules of boxes by map, and those that the model lacks by leftOut`,
      ),
    );
    expect(other.parameters.map(({ value }) => [...elements(value)])).toEqual(before);
  });

  it('keeps the boxes that map leaves out, and leaves out modules that the model lacks', async () => {
    const some = model();
    const [, , kept] = some.parameters.map(({ value }) => [...elements(value)]);
    await loadWeights(some, fileOf('linear'), { map: { linear1: '0', linear2: null }, leftOut: ['2'] });
    expect([...elements(some.parameters[2].value)]).toEqual(kept);
  });

  it('refuses a map of what is no box', async () => {
    await expect(loadWeights(model(), fileOf('linear'), { map: { linear3: '0' } })).rejects.toThrow(
      OptionError,
    );
  });

  it('refuses a file that is none', async () => {
    await expect(loadWeights(model(), fileURLToPath(import.meta.url))).rejects.toThrow(CheckpointError);
  });
});

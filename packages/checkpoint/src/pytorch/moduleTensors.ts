import type { Box } from '@fluxion/graph';
import { elements, type Shape, type Tensor, tensor } from '@fluxion/tensor';

/** A recurrent module, and which of its layers. */
export interface Layer {
  readonly module: string;
  /** The first is 0. */
  readonly layer: number;
}

/** What a parameter is made of. */
export interface Taken {
  /** Tensors of the file, in the shapes that PyTorch gives them. */
  readonly tensors: readonly { readonly name: string; readonly shape: Shape; readonly isOptional: boolean }[];
  /** Our values, row-major; of a tensor that is optional and not there, undefined comes in. */
  make(tensors: readonly (Tensor | undefined)[]): Tensor;
}

/** The parameters and states of a box by their short names. */
type ModuleTensors = (box: Box, layer: Layer) => Readonly<Record<string, Taken>>;

/** The tensors of PyTorch's modules that boxes of each kind take. */
export const moduleTensors: Readonly<Record<string, ModuleTensors>> = {
  linear(box, { module }) {
    const [fanIn, fanOut] = shapeOf(box, 'weight') as [number, number];
    return {
      weight: one(at(module, 'weight'), [fanOut, fanIn], (weight) => weight.transpose(1, 0)),
      ...ownBias(box, at(module, 'bias')),
    };
  },
  conv1d: convolution,
  conv2d: convolution,
  convTranspose1d: transposedConvolution,
  convTranspose2d: transposedConvolution,
  embedding: weightAlone,
  embeddingBag: weightAlone,
  learnedPositions: weightAlone,
  prelu: (box, { module }) => ({ slope: one(at(module, 'weight'), shapeOf(box, 'slope'), (slope) => slope) }),
  layerNorm: gainAndBias,
  groupNorm: gainAndBias,
  rmsNorm: (box, { module }) => ({ gain: one(at(module, 'weight'), shapeOf(box, 'gain'), (gain) => gain) }),
  batchNorm: (box, layer) => ({
    ...gainAndBias(box, layer),
    mean: one(at(layer.module, 'running_mean'), shapeOf(box, 'gain'), (mean) => mean),
    variance: one(at(layer.module, 'running_var'), shapeOf(box, 'gain'), (variance) => variance),
  }),
  simpleRnn: recurrence,
  lstm: recurrence,
  gru(box, layer) {
    const { inputWeight, recurrentWeight } = recurrence(box, layer);
    const [, count] = shapeOf(box, 'inputWeight') as [number, number];
    return {
      inputWeight: inputWeight as Taken,
      recurrentWeight: recurrentWeight as Taken,
      bias: bias(nameIn('bias_ih', box, layer), count),
      recurrentBias: bias(nameIn('bias_hh', box, layer), count),
    };
  },
  multiHeadAttention: attention,
};

/** A tensor of a module; that of the outermost one is called nothing. */
function at(module: string, tensor: string): string {
  return module === '' ? tensor : `${module}.${tensor}`;
}

function shapeOf({ parameters }: Box, short: string): Shape {
  return parameters.get(short)?.value.shape as Shape;
}

/** One tensor, perhaps in another arrangement. */
function one(name: string, shape: Shape, arrange: (values: Tensor) => Tensor): Taken {
  return {
    tensors: [{ name, shape, isOptional: false }],
    make: ([values]) => arrange(values as Tensor),
  };
}

/** A bias, which is 0 where a module has none. */
function bias(name: string, length: number): Taken {
  return {
    tensors: [{ name, shape: [length], isOptional: true }],
    make: ([values]) => values ?? tensor(new Float32Array(length)),
  };
}

function weightAlone(box: Box, { module }: Layer): Record<'weight', Taken> {
  return { weight: one(at(module, 'weight'), shapeOf(box, 'weight'), (weight) => weight) };
}

function gainAndBias(box: Box, { module }: Layer): Record<'gain' | 'bias', Taken> {
  const shape = shapeOf(box, 'gain');
  return {
    gain: one(at(module, 'weight'), shape, (gain) => gain),
    bias: bias(at(module, 'bias'), shape[0] as number),
  };
}

/** [out, in / groups, ...kernel] as [kernel · in / groups, out]. */
function convolution(box: Box, { module }: Layer): Readonly<Record<string, Taken>> {
  const kernel = kernelOf(box);
  const [size, channels] = shapeOf(box, 'weight') as [number, number];
  const places = kernel.map((_, axis) => axis + 2);
  return {
    weight: one(at(module, 'weight'), [channels, size / product(kernel), ...kernel], (weight) =>
      weight.transpose(...places, 1, 0),
    ),
    ...ownBias(box, at(module, 'bias')),
  };
}

/** The bias of a box that has one. */
function ownBias(box: Box, name: string): { readonly bias?: Taken } {
  const length = box.parameters.get('bias')?.value.size;
  return length === undefined ? {} : { bias: bias(name, length) };
}

/** [in, out / groups, ...kernel] as [in, kernel · out / groups]. */
function transposedConvolution(box: Box, { module }: Layer): Readonly<Record<string, Taken>> {
  const kernel = kernelOf(box);
  const [from, size] = shapeOf(box, 'weight') as [number, number];
  const places = kernel.map((_, axis) => axis + 2);
  return {
    weight: one(at(module, 'weight'), [from, size / product(kernel), ...kernel], (weight) =>
      weight.transpose(0, ...places, 1),
    ),
    ...ownBias(box, at(module, 'bias')),
  };
}

function kernelOf({ description }: Box): Shape {
  const { kind, kernel } = description as { kind: string; kernel?: number | Shape };
  if (typeof kernel !== 'number') return kernel ?? [];
  return kind.endsWith('2d') ? [kernel, kernel] : [kernel];
}

function product(lengths: Shape): number {
  return lengths.reduce((size, length) => size * length, 1);
}

/** Gates are in the same order; a box that has one bias takes the sum of both. */
function recurrence(box: Box, layer: Layer): Readonly<Record<string, Taken>> {
  const [features, count] = shapeOf(box, 'inputWeight') as [number, number];
  const [units] = shapeOf(box, 'recurrentWeight') as [number];
  const names = ['bias_ih', 'bias_hh'].map((kind) => nameIn(kind, box, layer));
  return {
    inputWeight: one(nameIn('weight_ih', box, layer), [count, features], (weight) => weight.transpose(1, 0)),
    recurrentWeight: one(nameIn('weight_hh', box, layer), [count, units], (weight) => weight.transpose(1, 0)),
    bias: {
      tensors: names.map((name) => ({ name, shape: [count], isOptional: true })),
      make: (biases) => sum(biases, count),
    },
  };
}

function sum(biases: readonly (Tensor | undefined)[], length: number): Tensor {
  const all = biases.filter((values) => values !== undefined).map((values) => elements(values));
  return tensor(
    Float64Array.from({ length }, (_, i) => all.reduce((total, values) => total + (values[i] as number), 0)),
  );
}

function nameIn(kind: string, { description }: Box, { module, layer }: Layer): string {
  const isReverse = (description as { reverse?: boolean }).reverse === true;
  return at(module, `${kind}_l${layer}${isReverse ? '_reverse' : ''}`);
}

/** Query, key and value are one matrix, unless the memory has other features. */
function attention(box: Box, { module }: Layer): Readonly<Record<string, Taken>> {
  const [features] = shapeOf(box, 'queryWeight') as [number];
  const [from] = shapeOf(box, 'keyWeight') as [number];
  const isOne = features === from;
  const weight = (short: 'query' | 'key' | 'value', place: number): Taken => {
    const own = shapeOf(box, `${short}Weight`)[0] as number;
    return isOne
      ? one(at(module, 'in_proj_weight'), [3 * features, features], (all) =>
          part(all, place, features).transpose(1, 0),
        )
      : one(at(module, `${short[0]}_proj_weight`), [features, own], (values) => values.transpose(1, 0));
  };
  const share = (place: number): Taken => {
    const { tensors } = bias(at(module, 'in_proj_bias'), 3 * features);
    return {
      tensors,
      make: ([all]) => (all ? part(all, place, features) : tensor(new Float32Array(features))),
    };
  };
  return {
    queryWeight: weight('query', 0),
    queryBias: share(0),
    keyWeight: weight('key', 1),
    valueWeight: weight('value', 2),
    valueBias: share(2),
    outputWeight: one(at(module, 'out_proj.weight'), [features, features], (values) =>
      values.transpose(1, 0),
    ),
    outputBias: bias(at(module, 'out_proj.bias'), features),
  };
}

/** The rows of one of three matrices that stand one below the other. */
function part(all: Tensor, place: number, rows: number): Tensor {
  return all.dimension === 1 ? all.lo(place * rows).hi(rows) : all.lo(place * rows, 0).hi(rows, all.shape[1]);
}

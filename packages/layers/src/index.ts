export type {
  Activation,
  ActivationFactory,
  ActivationKind,
  ActivationNumbers,
  ActivationOptions,
} from './activations/activation.js';
export * from './activations/activations.js';
export { type Prelu, type PreluOptions, prelu } from './activations/prelu.js';
export { apply } from './apply.js';
export { type Add, add } from './arithmetic/add.js';
export { type Divide, divide } from './arithmetic/divide.js';
export { type Dot, dot } from './arithmetic/dot.js';
export { type Matmul, matmul } from './arithmetic/matmul.js';
export { type Multiply, multiply } from './arithmetic/multiply.js';
export { type Scale, scale } from './arithmetic/scale.js';
export { type Subtract, subtract } from './arithmetic/subtract.js';
export {
  type MultiHeadAttention,
  type MultiHeadAttentionOptions,
  multiHeadAttention,
} from './attention/multiHeadAttention.js';
export { type RandomBrightness, randomBrightness } from './augmentation/randomBrightness.js';
export { type RandomCrop, randomCrop } from './augmentation/randomCrop.js';
export { type RandomFlip, type RandomFlipOptions, randomFlip } from './augmentation/randomFlip.js';
export { type RandomRotation, randomRotation } from './augmentation/randomRotation.js';
export { boxes } from './boxes.js';
export { type Bidirectional, bidirectional } from './composition/bidirectional.js';
export {
  type TransformerBlock,
  type TransformerBlockOptions,
  transformerBlock,
} from './composition/transformerBlock.js';
export { type Conv1d, type Conv1dOptions, conv1d } from './convolution/conv1d.js';
export { type Conv2d, type Conv2dOptions, conv2d } from './convolution/conv2d.js';
export {
  type ConvTranspose1d,
  type ConvTranspose1dOptions,
  convTranspose1d,
} from './convolution/convTranspose1d.js';
export {
  type ConvTranspose2d,
  type ConvTranspose2dOptions,
  convTranspose2d,
} from './convolution/convTranspose2d.js';
export type { Size, WindowOptions } from './convolution/geometry.js';
export { type Embedding, type EmbeddingOptions, embedding } from './embedding/embedding.js';
export { type EmbeddingBag, embeddingBag } from './embedding/embeddingBag.js';
export { type GraphOptions, graph } from './graph.js';
export { type Fans, type InitializerName, type InitializerOption, initializer } from './initializers.js';
export { type Linear, type LinearOptions, linear } from './linear/linear.js';
export type { NameOption } from './nameOption.js';
export { type Dropout, type DropoutOptions, dropout } from './noise/dropout.js';
export { type GaussianNoise, gaussianNoise } from './noise/gaussianNoise.js';
export { type BatchNorm, type BatchNormOptions, batchNorm } from './normalization/batchNorm.js';
export { type GroupNorm, groupNorm } from './normalization/groupNorm.js';
export { type LayerNorm, type LayerNormOptions, layerNorm } from './normalization/layerNorm.js';
export { type RmsNorm, rmsNorm } from './normalization/rmsNorm.js';
export { averagePool1d } from './pooling/averagePool1d.js';
export { averagePool2d } from './pooling/averagePool2d.js';
export { type GlobalAveragePool, globalAveragePool } from './pooling/globalAveragePool.js';
export { type GlobalMaxPool, globalMaxPool } from './pooling/globalMaxPool.js';
export { maxPool1d } from './pooling/maxPool1d.js';
export { maxPool2d } from './pooling/maxPool2d.js';
export type { Pool1d, Pool1dOptions, Pool2d, Pool2dOptions } from './pooling/pool.js';
export { type Upsample2d, type Upsample2dOptions, upsample2d } from './pooling/upsample2d.js';
export {
  type LearnedPositions,
  type LearnedPositionsOptions,
  learnedPositions,
} from './positions/learnedPositions.js';
export { type SinusoidalPositions, sinusoidalPositions } from './positions/sinusoidalPositions.js';
export { type Gru, gru } from './recurrent/gru.js';
export { type Lstm, lstm } from './recurrent/lstm.js';
export type { Recurrent, RecurrentOptions } from './recurrent/recurrence.js';
export { type SimpleRnn, simpleRnn } from './recurrent/simpleRnn.js';
export { maxAxis } from './reduction/maxAxis.js';
export { type Maxout, maxout } from './reduction/maxout.js';
export { type AxisReduction, meanAxis, sumAxis } from './reduction/sumAxis.js';
export { type SequentialOptions, sequential } from './sequential.js';
export { type Concat, type ConcatOptions, concat } from './shape/concat.js';
export { type Flatten, flatten } from './shape/flatten.js';
export { type Pad, type PadOptions, pad } from './shape/pad.js';
export { type Permute, permute } from './shape/permute.js';
export { type ReshapeTo, reshapeTo } from './shape/reshapeTo.js';
export { type Slice, type SliceOptions, slice } from './shape/slice.js';
export { type SplitOptions, split } from './shape/split.js';
export { type Softmax, softmax } from './softmax.js';

import type { BoxDefinitions } from '@fluxion/graph';
import { activationBoxes } from './activations/activation.js';
import { preluBox } from './activations/prelu.js';
import { addBox } from './arithmetic/add.js';
import { divideBox } from './arithmetic/divide.js';
import { dotBox } from './arithmetic/dot.js';
import { matmulBox } from './arithmetic/matmul.js';
import { multiplyBox } from './arithmetic/multiply.js';
import { scaleBox } from './arithmetic/scale.js';
import { subtractBox } from './arithmetic/subtract.js';
import { multiHeadAttentionBox } from './attention/multiHeadAttention.js';
import { randomBrightnessBox } from './augmentation/randomBrightness.js';
import { randomCropBox } from './augmentation/randomCrop.js';
import { randomFlipBox } from './augmentation/randomFlip.js';
import { randomRotationBox } from './augmentation/randomRotation.js';
import { conv1dBox } from './convolution/conv1d.js';
import { conv2dBox } from './convolution/conv2d.js';
import { convTranspose1dBox } from './convolution/convTranspose1d.js';
import { convTranspose2dBox } from './convolution/convTranspose2d.js';
import { embeddingBox } from './embedding/embedding.js';
import { embeddingBagBox } from './embedding/embeddingBag.js';
import { linearBox } from './linear/linear.js';
import { dropoutBox } from './noise/dropout.js';
import { gaussianNoiseBox } from './noise/gaussianNoise.js';
import { batchNormBox } from './normalization/batchNorm.js';
import { groupNormBox } from './normalization/groupNorm.js';
import { layerNormBox } from './normalization/layerNorm.js';
import { rmsNormBox } from './normalization/rmsNorm.js';
import { averagePool1dBox } from './pooling/averagePool1d.js';
import { averagePool2dBox } from './pooling/averagePool2d.js';
import { globalAveragePoolBox } from './pooling/globalAveragePool.js';
import { globalMaxPoolBox } from './pooling/globalMaxPool.js';
import { maxPool1dBox } from './pooling/maxPool1d.js';
import { maxPool2dBox } from './pooling/maxPool2d.js';
import { upsample2dBox } from './pooling/upsample2d.js';
import { learnedPositionsBox } from './positions/learnedPositions.js';
import { sinusoidalPositionsBox } from './positions/sinusoidalPositions.js';
import { gruBox } from './recurrent/gru.js';
import { lstmBox } from './recurrent/lstm.js';
import { simpleRnnBox } from './recurrent/simpleRnn.js';
import { maxAxisBox } from './reduction/maxAxis.js';
import { maxoutBox } from './reduction/maxout.js';
import { meanAxisBox, sumAxisBox } from './reduction/sumAxis.js';
import { concatBox } from './shape/concat.js';
import { flattenBox } from './shape/flatten.js';
import { padBox } from './shape/pad.js';
import { permuteBox } from './shape/permute.js';
import { reshapeToBox } from './shape/reshapeTo.js';
import { sliceBox } from './shape/slice.js';
import { softmaxBox } from './softmax.js';

/**
 * The registry: every kind of box that this package knows. The conformance suite walks it; a model that is read from
 * JSON looks its boxes up here. To use a box of your own, give `{ definitions: { ...boxes, mine: mineBox } }`.
 */
export const boxes: BoxDefinitions = {
  linear: linearBox,
  ...activationBoxes,
  prelu: preluBox,
  softmax: softmaxBox,
  add: addBox,
  concat: concatBox,
  multiply: multiplyBox,
  flatten: flattenBox,
  subtract: subtractBox,
  divide: divideBox,
  scale: scaleBox,
  dot: dotBox,
  matmul: matmulBox,
  sumAxis: sumAxisBox,
  meanAxis: meanAxisBox,
  maxAxis: maxAxisBox,
  maxout: maxoutBox,
  reshapeTo: reshapeToBox,
  permute: permuteBox,
  slice: sliceBox,
  pad: padBox,
  embedding: embeddingBox,
  embeddingBag: embeddingBagBox,
  dropout: dropoutBox,
  gaussianNoise: gaussianNoiseBox,
  randomBrightness: randomBrightnessBox,
  randomCrop: randomCropBox,
  randomFlip: randomFlipBox,
  randomRotation: randomRotationBox,
  layerNorm: layerNormBox,
  rmsNorm: rmsNormBox,
  batchNorm: batchNormBox,
  groupNorm: groupNormBox,
  conv1d: conv1dBox,
  conv2d: conv2dBox,
  convTranspose1d: convTranspose1dBox,
  convTranspose2d: convTranspose2dBox,
  maxPool1d: maxPool1dBox,
  maxPool2d: maxPool2dBox,
  averagePool1d: averagePool1dBox,
  averagePool2d: averagePool2dBox,
  globalMaxPool: globalMaxPoolBox,
  globalAveragePool: globalAveragePoolBox,
  upsample2d: upsample2dBox,
  simpleRnn: simpleRnnBox,
  lstm: lstmBox,
  gru: gruBox,
  multiHeadAttention: multiHeadAttentionBox,
  sinusoidalPositions: sinusoidalPositionsBox,
  learnedPositions: learnedPositionsBox,
};

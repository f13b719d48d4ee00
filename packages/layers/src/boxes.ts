import type { BoxDefinitions } from '@fluxion/graph';
import { activationBoxes } from './activations.js';
import { addBox } from './add.js';
import { concatBox } from './concat.js';
import { flattenBox } from './flatten.js';
import { linearBox } from './linear.js';
import { multiplyBox } from './multiply.js';
import { softmaxBox } from './softmax.js';

/**
 * The registry: every kind of box that this package knows. The conformance suite walks it; a model that is read from
 * JSON looks its boxes up here. To use a box of your own, give `{ definitions: { ...boxes, mine: mineBox } }`.
 */
export const boxes: BoxDefinitions = {
  linear: linearBox,
  ...activationBoxes,
  softmax: softmaxBox,
  add: addBox,
  concat: concatBox,
  multiply: multiplyBox,
  flatten: flattenBox,
};

import * as attentionScores from './attentionScores.js';
import * as axes from './axes.js';
import * as broadcasts from './broadcasts.js';
import * as convolutions from './convolutions.js';
import * as cosines from './cosines.js';
import * as embeddings from './embeddings.js';
import * as gates from './gates.js';
import * as labels from './labels.js';
import * as noise from './noise.js';
import * as normalization from './normalization.js';
import * as normalizedSteps from './normalizedSteps.js';
import * as pairs from './pairs.js';
import * as pictures from './pictures.js';
import * as softTargets from './softTargets.js';
import * as steps from './steps.js';
import * as turns from './turns.js';
import * as windows from './windows.js';

/** Kernels that are plain loops, unless an implementation has its own: each one's contract stands with its loop. */
export type LoopKernels = typeof attentionScores &
  typeof axes &
  typeof broadcasts &
  typeof cosines &
  typeof convolutions &
  typeof embeddings &
  typeof gates &
  typeof labels &
  typeof noise &
  typeof normalization &
  typeof normalizedSteps &
  typeof pairs &
  typeof pictures &
  typeof softTargets &
  typeof steps &
  typeof turns &
  typeof windows;

/** They take both dtypes, and contiguous tensors only. */
export const loopKernels: LoopKernels = {
  ...attentionScores,
  ...axes,
  ...broadcasts,
  ...cosines,
  ...convolutions,
  ...embeddings,
  ...gates,
  ...labels,
  ...noise,
  ...normalization,
  ...normalizedSteps,
  ...pairs,
  ...pictures,
  ...softTargets,
  ...steps,
  ...turns,
  ...windows,
};

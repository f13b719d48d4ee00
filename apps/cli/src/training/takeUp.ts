import type { OptimizerState } from '@fluxion/optim';
import type { Saved } from '@fluxion/tensor';
import type { Resumption } from './trainingReport.js';

/** Goes on with what the optimizer had come to when the model was saved, or says why it begins anew. */
export function takeUp(state: OptimizerState, saved: Saved | undefined): Omit<Resumption, 'from'> {
  const anew = saved === undefined ? 'its state was not saved with the model' : state.misfit(saved);
  if (saved !== undefined && anew === undefined) state.restore(saved);
  return { updates: state.step, anew };
}

import type { FlowGraph } from '@fluxion/graph';
import { averageWeights, type Step } from '@fluxion/pipeline';
import { elements, type Floats, type Savable, type Saved } from '@fluxion/tensor';
import { identity, type MonoTypeOperatorFunction } from 'rxjs';
import {
  AVERAGED_EVERY,
  type BestModel,
  bestModel,
  cloneModel,
  restoreWeights,
  saveWeights,
} from './bestModel.js';

/** The weights of a run: those that learn, their running mean where one is kept, and those of the best epoch. */
export interface RunWeights {
  /** Those that learn. */
  readonly model: FlowGraph;
  /** Those that are measured: the mean, or the same. */
  readonly shown: FlowGraph;
  readonly best: BestModel;
  /** Stands after the update, and sees each step. */
  readonly watch: MonoTypeOperatorFunction<Step>;
  /** Brings the mean up to date. */
  settle(): void;
  /** Lets the numbers that the mean is kept in be changed, as to those of several ranks. */
  share(change: (numbers: Floats) => void): void;
  /** Takes up what was saved beside a model that training goes on from. */
  restore(saved: ReadonlyMap<string, Saved>): void;
  /** What has to be saved beside the weights of an epoch so that training can go on. */
  save(isLatest: boolean): Readonly<Record<string, Saved>>;
  /** Parts of a checkpoint. */
  readonly parts: Readonly<Record<string, Savable>>;
}

/** @param decay of the mean; 0 for none */
export function runWeights(model: FlowGraph, decay: number): RunWeights {
  const average = decay > 0 ? averageWeights<Step>(model, { decay, every: AVERAGED_EVERY }) : undefined;
  const shown = average === undefined ? model : cloneModel(model);
  const settle = (): void => average?.copyTo(shown);
  settle();
  const best = bestModel(shown);
  return {
    model,
    shown,
    best,
    watch: average ?? identity,
    settle,
    share(change) {
      const saved = average?.save();
      if (saved === undefined) return;
      for (const values of saved.tensors.values()) change(elements(values));
      average?.restore(saved);
    },
    restore(saved) {
      const [last, mean] = [saved.get('last'), saved.get('average')];
      if (last !== undefined) restoreWeights(model, last);
      if (mean?.options.decay === decay) average?.restore(mean);
      settle();
    },
    save: (isLatest) => ({
      ...((average !== undefined || !isLatest) && { last: saveWeights(model) }),
      ...(average && { average: average.save() }),
    }),
    parts: { ...(average && { average }), best },
  };
}

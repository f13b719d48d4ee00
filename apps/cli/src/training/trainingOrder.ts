import type { ExamplesOptions, Position, Source } from '@fluxion/data';
import { type RunIdentity, runIdentity } from '@fluxion/pipeline';
import { firstDifference } from '@fluxion/tensor';
import type { TrainedSoFar as SavedSoFar } from '../model/modelAbout.js';
import type { HeldOut, Validation } from './heldOut.js';

/** What decides the order of examples: a place in an epoch is one only where all of it is the same. */
export interface TrainingOrder {
  readonly seed: number;
  readonly shuffle: boolean;
  /** Share of the rows that is held out of the order. */
  readonly share: number | undefined;
  /** All of it and the files, as checkpoints know them. */
  readonly run: RunIdentity;
}

/** What is saved of how far training has come. */
export type TrainedSoFar = Pick<SavedSoFar, 'epochs' | 'seed' | 'stopped' | 'validation'>;

/** The order of a run: its seed is that of the model it goes on from, unless another is given. */
export async function trainingOrder(
  source: Source,
  {
    shuffle,
    validation,
    held,
    ...given
  }: {
    readonly seed?: number | undefined;
    readonly shuffle: boolean;
    readonly validation: Validation;
    readonly held: HeldOut;
  },
  before: TrainedSoFar | undefined,
): Promise<TrainingOrder> {
  const share = typeof validation === 'object' && 'share' in validation ? validation.share : undefined;
  const seed = given.seed ?? before?.seed ?? 0;
  const examples = { seed, shuffle, rows: held.training } as ExamplesOptions;
  return { seed, shuffle, share, run: await runIdentity({ source, examples }) };
}

/** Where a run begins: where the one before it was stopped, if the order is the same; else with the epoch. */
export function positionAfter(before: TrainedSoFar | undefined, { run }: TrainingOrder): Position {
  const { epochs: epoch = 0, stopped } = before ?? {};
  const same = stopped !== undefined && run.files !== null && firstDifference(stopped.run, run) === undefined;
  return same ? { epoch, row: stopped.row } : { epoch, row: 0 };
}

/** Whether some examples of the epoch have been trained on, and others have not. */
export function isWithinEpoch({ row }: Position): boolean {
  return row > 0;
}

/** What to save so that the next run begins at a position. */
export function trainedSoFar(position: Position, { seed, share, run }: TrainingOrder): TrainedSoFar {
  const { epoch, row } = position;
  return {
    epochs: epoch,
    seed,
    validation: share,
    stopped: isWithinEpoch(position) ? { row, run } : undefined,
  };
}

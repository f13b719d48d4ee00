import type { Position } from '@fluxion/data';
import type { TrainedSoFar as SavedSoFar } from '../model/modelAbout.js';
import { fingerprintAll } from './fingerprint.js';
import type { Validation } from './heldOut.js';

/** What decides the order of examples: a place in an epoch is one only where all of it is the same. */
export interface TrainingOrder {
  readonly seed: number;
  readonly shuffle: boolean;
  /** Share of the rows that is held out of the order. */
  readonly share: number | undefined;
  /** Fingerprint of the data. */
  readonly file: string;
}

/** What is saved of how far training has come. */
export type TrainedSoFar = Pick<SavedSoFar, 'epochs' | 'seed' | 'stopped' | 'validation'>;

/** The order of a run: its seed is that of the model it goes on from, unless another is given. */
export async function trainingOrder(
  data: readonly string[],
  {
    seed,
    shuffle,
    validation,
    rows,
  }: {
    readonly seed?: number;
    readonly shuffle: boolean;
    readonly validation: Validation;
    readonly rows: number | undefined;
  },
  before: TrainedSoFar | undefined,
): Promise<TrainingOrder> {
  const share = typeof validation === 'object' && 'share' in validation ? validation.share : undefined;
  return { seed: seed ?? before?.seed ?? 0, shuffle, share, file: await fingerprintAll(data, rows) };
}

/** Where a run begins: where the one before it was stopped, if the order is the same; else with the epoch. */
export function positionAfter(before: TrainedSoFar | undefined, order: TrainingOrder): Position {
  const { epochs: epoch = 0, seed, stopped } = before ?? {};
  const same =
    seed === order.seed &&
    before?.validation === order.share &&
    stopped?.shuffle === order.shuffle &&
    stopped.file === order.file;
  return same ? { epoch, row: stopped.row } : { epoch, row: 0 };
}

/** Whether some examples of the epoch have been trained on, and others have not. */
export function isWithinEpoch({ row }: Position): boolean {
  return row > 0;
}

/** What to save so that the next run begins at a position. */
export function trainedSoFar(
  position: Position,
  { seed, shuffle, share, file }: TrainingOrder,
): TrainedSoFar {
  const { epoch, row } = position;
  return {
    epochs: epoch,
    seed,
    validation: share,
    stopped: isWithinEpoch(position) ? { row, shuffle, file } : undefined,
  };
}

import type { Position } from '@fluxion/data';
import type { ModelAbout } from '../model/modelAbout.js';
import { fingerprintAll } from './fingerprint.js';

/** What decides the order of examples: a place in an epoch is one only where all of it is the same. */
export interface TrainingOrder {
  readonly seed: number;
  readonly shuffle: boolean;
  /** Fingerprint of the data. */
  readonly file: string;
}

/** What is saved of how far training has come. */
export type TrainedSoFar = Pick<ModelAbout, 'epochs' | 'seed' | 'stopped'>;

/** The order of a run: its seed is that of the model it goes on from, unless another is given. */
export async function trainingOrder(
  data: readonly string[],
  { seed, shuffle }: { readonly seed?: number; readonly shuffle: boolean },
  before: TrainedSoFar | undefined,
): Promise<TrainingOrder> {
  return { seed: seed ?? before?.seed ?? 0, shuffle, file: await fingerprintAll(data) };
}

/** Where a run begins: where the one before it was stopped, if the order is the same; else with the epoch. */
export function positionAfter(before: TrainedSoFar | undefined, order: TrainingOrder): Position {
  const { epochs: epoch = 0, seed, stopped } = before ?? {};
  const same = seed === order.seed && stopped?.shuffle === order.shuffle && stopped.file === order.file;
  return same ? { epoch, row: stopped.row } : { epoch, row: 0 };
}

/** Whether some examples of the epoch have been trained on, and others have not. */
export function isWithinEpoch({ row }: Position): boolean {
  return row > 0;
}

/** What to save so that the next run begins at a position. */
export function trainedSoFar(position: Position, { seed, shuffle, file }: TrainingOrder): TrainedSoFar {
  const { epoch, row } = position;
  return {
    epochs: epoch,
    seed,
    stopped: isWithinEpoch(position) ? { row, shuffle, file } : undefined,
  };
}

import type { PointwiseLoss } from './pointwiseLoss.js';
import * as table from './table.js';

/** Name of a pointwise loss of the table. */
export type LossName = keyof typeof table;

/** The pointwise losses that kernels know, by name. */
export const pointwiseLosses: Readonly<Record<LossName, PointwiseLoss>> = table;

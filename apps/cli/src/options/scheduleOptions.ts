import {
  cosineDecay,
  exponentialDecay,
  oneCycle,
  type PlateauSchedule,
  reduceOnPlateau,
  type Schedule,
  stepDecay,
  warmUp,
} from '@fluxion/optim';
import type { Command } from 'commander';
import { choiceOption } from './choiceOption.js';
import { belowOne, numberOption } from './numberOption.js';

/** Schedules of the updates made, by name. */
const schedules = {
  constant: (learningRate: number): number | Schedule => learningRate,
  cosine: (learningRate: number, updates: number): number | Schedule =>
    cosineDecay({ learningRate, updates }),
  /** A tenth after each third. */
  step: (learningRate: number, updates: number): number | Schedule =>
    stepDecay({ learningRate, every: Math.ceil(updates / 3) }),
  /** A hundredth at the end. */
  exponential: (learningRate: number, updates: number): number | Schedule =>
    exponentialDecay({ learningRate, factor: 0.01, updates }),
  oneCycle: (learningRate: number, updates: number): number | Schedule => oneCycle({ learningRate, updates }),
};

/** Changes by how training goes, not by the updates made. */
const PLATEAU = 'plateau';

/** How the learning rate changes over a run. */
export interface ScheduleOptions {
  readonly schedule?: keyof typeof schedules | typeof PLATEAU;
  /** Share of the updates in which it rises from 0. */
  readonly warmUp?: number;
}

/** Adds `--schedule` and `--warm-up`. */
export function withScheduleOptions(command: Command): Command {
  return command
    .addOption(
      choiceOption(
        '--schedule <name>',
        'how the learning rate changes over all epochs; plateau: to a tenth each time that the validation loss has not improved for a quarter of --patience (default: constant)',
        [...Object.keys(schedules), PLATEAU],
      ),
    )
    .addOption(
      numberOption(
        '--warm-up <share>',
        'share of the updates in which the rate rises from 0 (default: 0)',
        belowOne,
      ),
    );
}

/** A learning rate, and what wants to be told of the loss after each epoch, if it depends on that. */
export interface LearningRate {
  readonly rate: number | Schedule;
  readonly plateau?: PlateauSchedule;
}

/** Whether a rate is a function of how many updates there will be. */
export function countsUpdates({ schedule, warmUp: share }: ScheduleOptions): boolean {
  return Boolean(share) || (schedule !== undefined && schedule !== PLATEAU);
}

/**
 * The rate of these options, over so many updates.
 *
 * @param patience epochs without a better loss after which training stops
 */
export function createSchedule(
  { schedule = 'constant', warmUp: share = 0 }: ScheduleOptions,
  learningRate: number,
  updates: number,
  patience: number,
): LearningRate {
  const rise = Math.round(share * updates);
  const plateau =
    schedule === PLATEAU
      ? reduceOnPlateau(learningRate, { patience: Math.max(1, Math.floor(patience / 4)) })
      : undefined;
  const rate =
    schedule === PLATEAU
      ? (plateau ?? learningRate)
      : schedules[schedule](learningRate, Math.max(1, updates - rise));
  return { rate: rise === 0 ? rate : warmUp(rate, { updates: rise }), ...(plateau && { plateau }) };
}

import { cosineDecay, exponentialDecay, oneCycle, type Schedule, stepDecay, warmUp } from '@fluxion/optim';
import type { Command } from 'commander';
import { choiceOption } from './choiceOption.js';
import { belowOne, numberOption } from './numberOption.js';

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

/** How the learning rate changes over a run. */
export interface ScheduleOptions {
  readonly schedule?: keyof typeof schedules;
  /** Share of the updates in which it rises from 0. */
  readonly warmUp?: number;
}

/** Adds `--schedule` and `--warm-up`. */
export function withScheduleOptions(command: Command): Command {
  return command
    .addOption(
      choiceOption(
        '--schedule <name>',
        'how the learning rate changes over all epochs (default: constant)',
        Object.keys(schedules),
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

/** The rate of these options, over so many updates. */
export function createSchedule(
  { schedule = 'constant', warmUp: share = 0 }: ScheduleOptions,
  learningRate: number,
  updates: number,
): number | Schedule {
  const rise = Math.round(share * updates);
  const rate = schedules[schedule](learningRate, Math.max(1, updates - rise));
  return rise === 0 ? rate : warmUp(rate, { updates: rise });
}

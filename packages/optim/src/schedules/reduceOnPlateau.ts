import { elements, OptionError, type Saved, tensor } from '@fluxion/tensor';
import { type Schedule, schedule } from '../schedule.js';
import { countFromZero, expectOptions, leastRate, share, shareFromZero } from './expectOptions.js';

/** Options of `reduceOnPlateau`. */
export interface ReduceOnPlateauOptions {
  /** γ in (0, 1), what the rate is multiplied by. Default 0.1. */
  readonly factor?: number;
  /** How many values in a row may be no better before the next such one reduces the rate. Default 10. */
  readonly patience?: number;
  /** By which share of the best value a better one has to differ from it, in [0, 1). Default 1e-4. */
  readonly threshold?: number;
  /** For how many values after a reduction none is counted as no better. Default 0. */
  readonly cooldown?: number;
  /** The rate is not reduced below this. Default 0. */
  readonly least?: number;
  /** Whether smaller values are better, as losses, or larger ones, as accuracies. Default 'min'. */
  readonly mode?: 'min' | 'max';
}

/** A schedule that is told how well training goes. */
export interface PlateauSchedule extends Schedule {
  /**
   * Takes in a value, as the loss on the validation examples after an epoch.
   *
   * @throws {OptionError} when it is not a number.
   */
  tell(value: number): void;
  save(): Saved;
  /** @throws {OptionError} when something else was saved, or under other options. */
  restore(saved: Saved): void;
}

/**
 * Reduces the rate when a value that it is told has stopped getting better: α(t) = max(s(t)·γⁿ, least) after n reductions.
 *
 * @param rate a rate, or the schedule s that is reduced
 * @throws {OptionError} when an option has a value that cannot be used.
 * @see PyTorch's ReduceLROnPlateau, whose rule this is.
 * @example
 * const rate = reduceOnPlateau(0.1, { patience: 3 });
 * const rule = sgd({ learningRate: rate });
 * rate.tell(0.25); // after each validation
 */
export function reduceOnPlateau(
  rate: number | Schedule,
  options: ReduceOnPlateauOptions = {},
): PlateauSchedule {
  const where = 'reduceOnPlateau';
  const { factor = 0.1, patience = 10, threshold = 1e-4, cooldown = 0, least = 0, mode = 'min' } = options;
  const { mode: _, ...numbers } = options;
  expectOptions(where, numbers, {
    factor: [factor, share],
    patience: [patience, countFromZero],
    threshold: [threshold, shareFromZero],
    cooldown: [cooldown, countFromZero],
    least: [least, leastRate],
  });
  if (mode !== 'min' && mode !== 'max') {
    throw new OptionError(`${where} mode: expected min or max, got '${mode}'; name one of these`);
  }
  const follow = schedule({ learningRate: rate }, where);
  const saved = { factor, patience, threshold, cooldown, mode };

  let best: number | undefined;
  /** Values in a row that were no better. */
  let bad = 0;
  /** Values still to come that count for nothing. */
  let cooling = 0;
  let reductions = 0;

  const reduced = (t: number): number => {
    const given = follow(t);
    return Math.min(given, Math.max(given * factor ** reductions, least));
  };
  const isBetter = (value: number): boolean => {
    if (best === undefined) return !Number.isNaN(value);
    const margin = threshold * Math.abs(best);
    return mode === 'min' ? value < best - margin : value > best + margin;
  };
  return Object.assign(reduced, {
    tell(value: number): void {
      if (typeof value !== 'number') {
        throw new OptionError(
          `${where} tell: expected a number, got ${typeof value}; give the figure that is to get better`,
        );
      }
      if (isBetter(value)) {
        best = value;
        bad = 0;
      } else bad++;
      if (cooling > 0) {
        cooling--;
        bad = 0;
      }
      if (bad > patience) {
        reductions++;
        cooling = cooldown;
        bad = 0;
      }
    },
    save: (): Saved => ({
      kind: where,
      options: saved,
      tensors: new Map([
        ['counts', tensor([bad, cooling, reductions])],
        ['best', tensor(best === undefined ? [] : [best])],
      ]),
    }),
    restore({ kind, options, tensors }: Saved): void {
      const wanted = JSON.stringify({ kind: where, options: saved });
      // Under its first name the mode was the goal.
      const { goal, ...others } = options;
      const named = goal === undefined ? options : { ...others, mode: goal === 'largest' ? 'max' : 'min' };
      const got = JSON.stringify({ kind, options: named });
      const counts = tensors.get('counts');
      if (wanted !== got || counts?.size !== 3) {
        throw new OptionError(
          `${where} restore: expected ${wanted}, got ${got}; restore with the options that were saved`,
        );
      }
      [bad = 0, cooling = 0, reductions = 0] = elements(counts);
      [best] = elements(tensors.get('best') ?? tensor([]));
    },
  });
}

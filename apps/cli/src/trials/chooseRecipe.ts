import type { Trial } from './crossValidate.js';

/**
 * The simplest recipe that is about as good as the best: its loss is no further above than one standard error of the
 * difference over the folds.
 *
 * @param trials the simplest first
 * @see Breiman, Friedman, Olshen, Stone, "Classification and regression trees", 1984, section 3.4.3, the 1 SE rule.
 */
export function chooseRecipe(trials: readonly Trial[]): Trial {
  const best = trials.reduce((least, trial) => (trial.loss < least.loss ? trial : least));
  return trials.find((trial) => trial === best || isAbout(trial, best)) ?? best;
}

function isAbout({ losses }: Trial, best: Trial): boolean {
  const { length } = losses;
  if (length < 2) return false;
  const differences = losses.map((loss, fold) => loss - (best.losses[fold] as number));
  const mean = differences.reduce((sum, one) => sum + one, 0) / length;
  const square = differences.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (length - 1);
  return mean <= Math.sqrt(square / length);
}

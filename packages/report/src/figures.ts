import { formatCount, formatPercent, formatSignificant } from '@fluxion/terminal';
import type { Figures, Target } from './run.js';

/** How figures are named, where it is not by their words: `balancedAccuracy` is the balanced accuracy. */
const names: Readonly<Record<string, string>> = {
  f1: 'F1',
  rocAuc: 'area under ROC',
  prAuc: 'area under PR',
  brier: 'Brier score',
  rmse: 'RMSE',
  mae: 'mean absolute error',
  r2: 'R²',
};

/** Figures that are shares of the examples. */
const shares: ReadonlySet<string> = new Set(['accuracy', 'balancedAccuracy', 'precision', 'recall']);

/** Figures that are better when they are lower. */
const errors: ReadonlySet<string> = new Set(['loss', 'logLoss', 'brier', 'rmse', 'mae', 'quantileLoss']);

/** `balancedAccuracy` as a reader calls it: `balanced accuracy`. */
export function figureName(name: string): string {
  return names[name] ?? name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** A share as a percentage, a large figure whole, any other to three digits. */
export function formatFigure(name: string, value: number): string {
  return shares.has(name) ? formatPercent(value) : formatNumber(value);
}

/** `0.331`, `12.3`, `15,312`. */
export function formatNumber(value: number, digits = 3): string {
  const size = Math.abs(value);
  if (!(size >= 1000 && size < 1e9)) return formatSignificant(value, digits);
  return value < 0 ? `-${formatCount(size)}` : formatCount(size);
}

/** The figure that a target is first judged by: the accuracy, or of numbers R²; else the first one there is. */
export function mainFigure({ kind, figures }: Pick<Target, 'kind' | 'figures'>): string {
  const wanted = kind === 'classes' ? ['accuracy', 'balancedAccuracy'] : ['r2', 'rmse', 'mae'];
  return wanted.find((name) => name in figures) ?? Object.keys(figures)[0] ?? 'loss';
}

/** Whether a target's figures are better than always giving the same answer; undefined where that is not known. */
export function beatsBaseline({ kind, figures, baseline }: Target): boolean | undefined {
  const judged = kind === 'classes' ? ['accuracy', 'loss'] : ['rmse', 'mae', 'loss'];
  const name = judged.find((name) => name in figures && baseline !== undefined && name in baseline.figures);
  if (name === undefined || baseline === undefined) return undefined;
  const gain = (figures[name] as number) - (baseline.figures[name] as number);
  return errors.has(name) ? gain < 0 : gain > 0;
}

/** The figures of these names that there are, in this order. */
export function pick(figures: Figures, wanted: readonly string[]): readonly (readonly [string, number])[] {
  return wanted.flatMap((name) => (name in figures ? [[name, figures[name] as number] as const] : []));
}

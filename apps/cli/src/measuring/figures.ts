import { formatPercent, formatSignificant } from '@fluxion/terminal';

/** Figures of one output, by name; each a number. */
export type OutputFigures = Readonly<Record<string, number>>;

/**
 * How good a model is on some examples: the mean loss per example, and what is measured of its output. Where there are
 * several, those of each under the name of its target.
 */
export type Figures = { readonly loss: number } & Readonly<Record<string, number | OutputFigures>>;

/** How figures are called in words, and whether they are shares. */
const WORDS: Readonly<Record<string, readonly [name: string, isShare?: true]>> = {
  accuracy: ['accuracy', true],
  balancedAccuracy: ['balanced accuracy', true],
  f1: ['F1'],
  rocAuc: ['ROC area'],
  rmse: ['RMSE'],
  mae: ['MAE'],
  r2: ['R²'],
};

/** Those that say most, where there is little room. */
const BRIEF: readonly string[] = ['loss', 'accuracy', 'rmse', 'r2'];

/** `loss 0.2011, accuracy 94.10 %`, with all figures or the briefest. */
export function formatFigures(figures: Figures, length: 'all' | 'brief' = 'brief'): string {
  const wanted = (name: string): boolean => length === 'all' || BRIEF.includes(name);
  return Object.entries(figures)
    .flatMap(([name, value]) => {
      if (typeof value === 'number') return wanted(name) ? [formatFigure(name, value)] : [];
      const own = Object.entries(value).filter(([figure]) => wanted(figure));
      return own.map(([figure, number]) => `${name} ${formatFigure(figure, number)}`);
    })
    .join(', ');
}

function formatFigure(name: string, value: number): string {
  const [word, isShare] = WORDS[name] ?? [name];
  return `${word} ${isShare ? formatPercent(value) : formatSignificant(value, 4)}`;
}

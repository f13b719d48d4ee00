import { formatPercent, formatSignificant } from '@fluxion/terminal';

/** How good a model is on some examples. */
export interface Figures {
  /** Mean loss per example. */
  readonly loss: number;
  /** Share of the examples, in [0, 1], whose label is the most probable one; absent where there are no labels. */
  readonly accuracy?: number;
}

/** `loss 0.2011, accuracy 94.10 %`. */
export function formatFigures({ loss, accuracy }: Figures): string {
  const text = `loss ${formatSignificant(loss, 4)}`;
  return accuracy === undefined ? text : `${text}, accuracy ${formatPercent(accuracy)}`;
}

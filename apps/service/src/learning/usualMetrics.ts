import type { Encoder } from '@fluxion/data';
import type { Losses } from '@fluxion/graph';
import { accuracy, mae } from '@fluxion/metrics';
import { type Metrics, meanLoss, ofOutput } from '@fluxion/pipeline';

/** The loss and, of each target, what anybody would ask first: the accuracy of classes, the mean absolute error of numbers. */
export function usualMetrics({ targets }: Encoder, loss: Losses, outputs: readonly string[]): Metrics {
  const all = Object.values(targets);
  const figures: Record<string, Metrics[string]> = {};
  for (const { column, kind } of all) {
    const [name, metric] = kind === 'classes' ? ['accuracy', accuracy()] : ['mae', mae()];
    if (all.length === 1) figures[name] = metric;
    else
      figures[unusedName(`${name}_${spoken(column)}`, figures)] = ofOutput(
        outputs.includes(column) ? column : '',
        metric,
      );
  }
  return { loss: meanLoss(loss), ...figures };
}

/** Letters that a figure shows of the name of a column. */
const MOST_LETTERS = 60;

/** The letters and digits of a name: names of figures get into files, pages and what Prometheus stores. */
function spoken(column: string): string {
  return column.replaceAll(/[^\p{L}\p{N}]/gu, '_').slice(0, MOST_LETTERS);
}

/** The name, with a number behind it where another column has it already. */
function unusedName(name: string, figures: Metrics): string {
  for (let i = 1; ; i++) {
    const numbered = i === 1 ? name : `${name}_${i}`;
    if (!Object.hasOwn(figures, numbered)) return numbered;
  }
}

import type { Encoder } from '@fluxion/data';
import type { Losses } from '@fluxion/graph';
import { accuracy, mae } from '@fluxion/metrics';
import { type Metrics, meanLoss, ofOutput } from '@fluxion/pipeline';

/** The loss and, of each target, what anybody would ask first: the accuracy of classes, the mean absolute error of numbers. */
export function usualMetrics({ targets }: Encoder, loss: Losses, outputs: readonly string[]): Metrics {
  const all = Object.values(targets);
  const figures = all.map(({ column, kind }) => {
    const [name, metric] = kind === 'classes' ? ['accuracy', accuracy()] : ['mae', mae()];
    return all.length === 1
      ? [name, metric]
      : [
          `${name}_${column.replaceAll(/\W/g, '_')}`,
          ofOutput(outputs.includes(column) ? column : '', metric),
        ];
  });
  return { loss: meanLoss(loss), ...Object.fromEntries(figures) };
}

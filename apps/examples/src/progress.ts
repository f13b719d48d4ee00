import { type Progress, progressLine } from '@fluxion/terminal';
import type { Step } from 'fluxion';
import { finalize, type MonoTypeOperatorFunction, tap } from 'rxjs';

/** Shows on stderr how far training has come, with the loss of about the last hundred steps. */
export function progress(label: string, total: number): MonoTypeOperatorFunction<Step> {
  const line = progressLine(process.stderr);
  const start = performance.now();
  let done = 0;
  let loss: number | undefined;
  const now = (): Progress => ({ label, done, total, seconds: (performance.now() - start) / 1000, loss });
  return (steps) =>
    steps.pipe(
      tap((step) => {
        done += step.size;
        loss = (loss ?? step.loss) + 0.01 * (step.loss - (loss ?? step.loss));
        line.update(now());
      }),
      finalize(() => line.finish(now())),
    );
}

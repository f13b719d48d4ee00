import type { FlowGraph } from '@fluxion/graph';
import { OptionError, StateError } from '@fluxion/tensor';
import { concat, defer, EMPTY, finalize, mergeMap, type Observable, type OperatorFunction, of } from 'rxjs';
import { expectCurrent } from './expectCurrent.js';
import { GradientMean } from './gradientMean.js';
import type { Backward } from './messages.js';

/**
 * Takes the gradients of `passes` backward passes together into one, the mean over all their examples: the update of a
 * minibatch of so many, in the memory of one pass. What is left at the end of the stream is sent on too.
 *
 * Borrowed examples count as none. Stands between `bprop` and `update`. All passes must be of one model, and those taken together of the same parameters.
 *
 * @param passes a positive integer
 * @throws {OptionError} when passes is not a positive integer; {StateError} as the stream's error, when a pass is of
 *   another model or has gradients of other parameters, or the parameters have been updated since the first.
 * @example
 * examples(source, options).pipe(fprop(model), bprop(loss), accumulate(32), update(optimizer))
 */
export function accumulate(passes: number): OperatorFunction<Backward, Backward> {
  if (!Number.isInteger(passes) || passes < 1) {
    throw new OptionError(`accumulate passes: expected a positive integer, got ${passes}; give one, as 32`);
  }
  // A mean belongs to one subscription at a time; those no longer subscribed are used again.
  const free = new WeakMap<FlowGraph, GradientMean[]>();
  return (source) =>
    defer(() => {
      let mean: GradientMean | undefined;
      /** The passes so far as one, but for the gradients, which the mean has. */
      let together: Backward | undefined;
      let taken = 0;

      const take = (backward: Backward): void => {
        const { model, examples, gradients, size, loss } = backward;
        const total = sum(together?.total, backward.total);
        mean ??= takeMean(free, model);
        if (mean.model !== model) {
          throw new StateError(
            'accumulate: expected passes of one model, got another; use one pipeline for each',
          );
        }
        expectCurrent('accumulate', backward);
        if (together === undefined || together.size === 0) {
          together = { ...backward, total, lease: mean.begin(gradients, size) };
        } else if (size === 0) together = { ...together, examples, total };
        else {
          expectCurrent('accumulate', together);
          mean.add(gradients, size);
          const both = together.size + size;
          const meanLoss = (together.loss * together.size + loss * size) / both;
          together = { ...together, examples, size: both, total, loss: meanLoss };
        }
        taken++;
      };
      const send = (): Observable<Backward> => {
        if (mean === undefined || together === undefined) return EMPTY;
        const sent = { ...together, gradients: mean.end() };
        together = undefined;
        taken = 0;
        return of(sent);
      };

      const full = source.pipe(
        mergeMap((backward) => {
          take(backward);
          return taken === passes ? send() : EMPTY;
        }),
      );
      return concat(full, defer(send)).pipe(
        finalize(() => {
          if (mean !== undefined) free.get(mean.model)?.push(mean);
        }),
      );
    });
}

function sum(before = 0, size: number | undefined): number | undefined {
  return size === undefined ? undefined : before + size;
}

function takeMean(free: WeakMap<FlowGraph, GradientMean[]>, model: FlowGraph): GradientMean {
  const means = free.get(model) ?? [];
  free.set(model, means);
  return means.pop() ?? new GradientMean(model);
}

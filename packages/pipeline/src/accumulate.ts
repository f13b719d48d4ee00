import type { FlowGraph } from '@fluxion/graph';
import { OptionError, StateError } from '@fluxion/tensor';
import { concat, defer, EMPTY, finalize, mergeMap, type Observable, type OperatorFunction, of } from 'rxjs';
import { GradientSum } from './gradientSum.js';
import type { Backward } from './messages.js';

/**
 * Takes the gradients of `passes` backward passes together into one, the mean over all their examples: the update of a
 * minibatch of so many, in the memory of one pass. What is left at the end of the stream is sent on too.
 *
 * Stands between `bprop` and `update`. All passes must be of one model.
 *
 * @param passes a positive integer
 * @throws {OptionError} when passes is not a positive integer.
 * @example
 * examples(source, options).pipe(fprop(model), bprop(loss), accumulate(32), update(optimizer))
 */
export function accumulate(passes: number): OperatorFunction<Backward, Backward> {
  if (!Number.isInteger(passes) || passes < 1) {
    throw new OptionError(`accumulate passes: expected a positive integer, got ${passes}; give one, as 32`);
  }
  // A sum belongs to one subscription at a time; those no longer subscribed are used again.
  const free = new WeakMap<FlowGraph, GradientSum[]>();
  return (source) =>
    defer(() => {
      let sum: { readonly model: FlowGraph; readonly gradients: GradientSum } | undefined;
      let last: Backward | undefined;
      let taken = 0;
      let size = 0;
      let loss = 0;

      const take = (backward: Backward): void => {
        sum ??= { model: backward.model, gradients: takeSum(free, backward.model) };
        if (sum.model !== backward.model) {
          throw new StateError(
            'accumulate: expected passes of one model, got another; use one pipeline for each',
          );
        }
        if (taken === 0) sum.gradients.set(backward.gradients, backward.size);
        else sum.gradients.add(backward.gradients, backward.size);
        last = backward;
        taken++;
        size += backward.size;
        loss += backward.loss * backward.size;
      };
      const together = (): Observable<Backward> => {
        if (last === undefined) return EMPTY;
        const { model, examples } = last;
        sum?.gradients.scale(1 / size);
        const sent = { model, examples, size, loss: loss / size, gradients: sum?.gradients.gradients ?? [] };
        last = undefined;
        taken = 0;
        size = 0;
        loss = 0;
        return of(sent);
      };

      const full = source.pipe(
        mergeMap((backward) => {
          try {
            take(backward);
          } finally {
            backward.tape?.release();
          }
          return taken === passes ? together() : EMPTY;
        }),
      );
      return concat(full, defer(together)).pipe(
        finalize(() => {
          if (sum !== undefined) free.get(sum.model)?.push(sum.gradients);
        }),
      );
    });
}

function takeSum(free: WeakMap<FlowGraph, GradientSum[]>, model: FlowGraph): GradientSum {
  const sums = free.get(model) ?? [];
  free.set(model, sums);
  return sums.pop() ?? new GradientSum(model, 'apart');
}

import type { FlowGraph } from '@fluxion/graph';
import { OptionError } from '@fluxion/tensor';
import { Observable, type OperatorFunction } from 'rxjs';
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
  const sums = new WeakMap<FlowGraph, GradientSum>();
  return (source) =>
    new Observable((subscriber) => {
      let last: Backward | undefined;
      let taken = 0;
      let size = 0;
      let loss = 0;

      const sendOn = (): void => {
        if (last === undefined) return;
        const { model, examples } = last;
        const sum = sumOf(sums, model);
        sum.scale(1 / size);
        const together = { model, examples, size, loss: loss / size, gradients: sum.gradients };
        last = undefined;
        taken = 0;
        size = 0;
        loss = 0;
        subscriber.next(together);
      };

      return source.subscribe({
        next(backward) {
          try {
            const sum = sumOf(sums, backward.model);
            if (taken === 0) sum.set(backward.gradients, backward.size);
            else sum.add(backward.gradients, backward.size);
            backward.tape?.release();
            last = backward;
            taken++;
            size += backward.size;
            loss += backward.loss * backward.size;
            if (taken === passes) sendOn();
          } catch (error) {
            subscriber.error(error);
          }
        },
        error: (error) => subscriber.error(error),
        complete() {
          sendOn();
          subscriber.complete();
        },
      });
    });
}

function sumOf(sums: WeakMap<FlowGraph, GradientSum>, model: FlowGraph): GradientSum {
  const known = sums.get(model);
  if (known !== undefined) return known;
  const sum = new GradientSum(model, 'apart');
  sums.set(model, sum);
  return sum;
}

import type { Examples } from '@fluxion/data';
import { expectModel, type FlowGraph, type Mode, type Tape } from '@fluxion/graph';
import { expectNames, ShapeError, StateError } from '@fluxion/tensor';
import { Observable, type OperatorFunction, Subject, takeUntil } from 'rxjs';
import type { Forward } from './messages.js';
import { placedError } from './placedError.js';

/** What the passes of a stream are for. */
export interface FpropOptions {
  /** `train`, the default: dropout and noise act, statistics run. `predict`: nothing is left to chance. */
  readonly mode?: Mode;
}

/**
 * Forward propagation: the value of every box on each minibatch, in topological order.
 *
 * The pass is lent until the subscriber returns, whatever becomes of it there: read, dropped by a `filter`, trained on or
 * ended by an error. What is kept longer is refused by `bprop` and `update`.
 *
 * @throws {ShapeError} as the stream's error, when examples and model do not fit, a minibatch is empty or its size is not
 *   that of its tensors; {StateError} when more passes are in flight than the model allows, or an operator before has kept
 *   the examples until the source overwrote them; {DataError} with its place on a number that is not finite.
 * @see Larochelle, "Training neural networks – backpropagation", slide "flow graph".
 * @example
 * examples(source, options).pipe(fprop(model)).subscribe(({ tape }) => console.log(tape.output.data));
 */
export function fprop(model: FlowGraph, options: FpropOptions = {}): OperatorFunction<Examples, Forward> {
  expectModel('fprop', model);
  expectNames('fprop', options, ['mode']);
  const { mode = 'train' } = options;
  return (source) =>
    new Observable((subscriber) => {
      // A source that pushes all at once has to be told before its `subscribe` returns.
      const unsubscribed = new Subject<void>();
      subscriber.add(() => unsubscribed.next());
      source.pipe(takeUntil(unsubscribed)).subscribe({
        next(examples) {
          let tape: Tape;
          try {
            tape = beginPass(model, examples, mode);
          } catch (error) {
            subscriber.error(error);
            return;
          }
          try {
            subscriber.next({ model, examples, tape });
          } finally {
            tape.release();
          }
        },
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
    });
}

/** A pass over a minibatch, which has been looked at first. Who begins it releases it. */
export function beginPass(model: FlowGraph, examples: Examples, mode: Mode): Tape {
  if (examples.lease?.isOver() === true) {
    throw new StateError(
      'fprop: expected the examples that the source lends now, got some that later ones have overwritten; let no operator that delays or buffers stand before fprop, or copy the tensors in it',
    );
  }
  if (examples.size === 0) {
    throw new ShapeError(
      'fprop examples: expected at least one example, got a minibatch of none; leave out the empty ones',
    );
  }
  const tape = forwardPass(model, examples, mode);
  const { batchSize } = tape;
  if (batchSize === examples.size) return tape;
  tape.release();
  throw new ShapeError(
    `fprop examples: expected inputs of ${examples.size} examples, as their size says, got ${batchSize}; give the length of the first axis as size`,
  );
}

function forwardPass(model: FlowGraph, examples: Examples, mode: Mode): Tape {
  try {
    const ahead = examples.ahead && ((input: string, count: number) => examples.ahead?.(input, count));
    return model.fprop(examples.inputs, { mode, example: examples.number, stride: examples.stride, ahead });
  } catch (error) {
    throw placedError(error, examples);
  }
}

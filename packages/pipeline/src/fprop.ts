import type { Examples } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { ShapeError, StateError } from '@fluxion/tensor';
import { map, type OperatorFunction } from 'rxjs';
import type { Forward } from './messages.js';

/**
 * Forward propagation: the value of every box on each minibatch, in topological order.
 *
 * The pass lasts until `update`, or until `release()` of its tape where the stream ends otherwise; `predict` does that
 * by itself.
 *
 * @throws {ShapeError} as the stream's error, when examples and model do not fit, a minibatch is empty or its size is not
 *   that of its tensors; {StateError} when more passes are in flight than the model allows, or an operator before has kept
 *   the examples until the source overwrote them.
 * @see Larochelle, "Training neural networks – backpropagation", slide "flow graph".
 */
export function fprop(model: FlowGraph): OperatorFunction<Examples, Forward> {
  return map(forwardPass(model));
}

/** What `fprop` does with each minibatch. */
export function forwardPass(model: FlowGraph): (examples: Examples) => Forward {
  return (examples) => {
    if (examples.stale === true) {
      throw new StateError(
        'fprop: expected the examples that the source lends now, got some that later ones have overwritten; let no operator that delays or buffers stand before fprop, or copy the tensors in it',
      );
    }
    if (examples.size === 0) {
      throw new ShapeError(
        'fprop examples: expected at least one example, got a minibatch of none; leave out the empty ones',
      );
    }
    const tape = model.fprop(examples.inputs);
    const { batchSize } = tape;
    if (batchSize === examples.size) return { examples, tape };
    tape.release();
    throw new ShapeError(
      `fprop examples: expected inputs of ${examples.size} examples, as their size says, got ${batchSize}; give the length of the first axis as size`,
    );
  };
}

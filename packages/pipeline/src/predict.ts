import type { Examples } from '@fluxion/data';
import type { FlowGraph, Link } from '@fluxion/graph';
import type { Tensor } from '@fluxion/tensor';
import { mergeMap, Observable, type OperatorFunction } from 'rxjs';
import { argmax } from './argmax.js';

/** A model's answer to one minibatch. Its tensor is lent until the subscriber returns: copy what you keep. */
export interface Prediction {
  readonly examples: Examples;
  /** Probabilities [batch, classes], or the output itself [batch, ...shape] where the link is identity. */
  readonly output: Tensor;
  /** The most probable class of each example, [batch]; for one unit under a sigmoid, 1 where it is above ½. */
  readonly labels: Int32Array;
}

/**
 * Predicts every minibatch; nothing is learned, and the pass is released when the subscriber has had the prediction.
 *
 * @param link what makes probabilities of the output: that of the loss the model was trained with
 * @throws {ShapeError} as the stream's error, when examples and model do not fit.
 * @example
 * examples(source, { input: 'image' }).pipe(predict(model, 'softmax')).forEach(({ labels }) => console.log(labels));
 */
export function predict(model: FlowGraph, link: Link = 'identity'): OperatorFunction<Examples, Prediction> {
  return mergeMap(
    (examples) =>
      new Observable<Prediction>((subscriber) => {
        const tape = model.fprop(examples.inputs);
        try {
          const output = tape.linked(link);
          subscriber.next({ examples, output, labels: labelsOf(output, link) });
        } finally {
          tape.release();
        }
        subscriber.complete();
      }),
  );
}

function labelsOf(output: Tensor, link: Link): Int32Array {
  if (link === 'sigmoid' && output.shape[1] === 1) {
    return Int32Array.from({ length: output.shape[0] as number }, (_, i) => (output.get(i, 0) > 0.5 ? 1 : 0));
  }
  return argmax(output);
}

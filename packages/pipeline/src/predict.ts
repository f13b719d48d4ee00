import type { Examples } from '@fluxion/data';
import type { FlowGraph, Link } from '@fluxion/graph';
import type { Tensor } from '@fluxion/tensor';
import { map, type OperatorFunction } from 'rxjs';
import { argmax } from './argmax.js';
import { fprop } from './fprop.js';

/** A model's answer to one minibatch. Its tensor is lent until the subscriber returns: copy what you keep. */
export interface Prediction {
  readonly examples: Examples;
  /** Probabilities [batch, classes], or the output itself [batch, ...shape] where the link is identity. */
  readonly output: Tensor;
  /**
   * The class of each example, [batch]: the one with the largest output; for one unit under a sigmoid, 1 where it is above
   * ½. Empty where there are no classes to tell apart: several units under a sigmoid, and under identity one unit or an
   * output that is no vector.
   */
  readonly labels: Int32Array;
}

/**
 * Predicts every minibatch; nothing is learned, and the pass is released when the subscriber has had the prediction.
 *
 * @param link what makes probabilities of the output: that of the loss the model was trained with
 * @throws {ShapeError} as the stream's error, when examples and model do not fit, or the link and the output; {StateError}
 *   when an operator before has kept the examples until the source overwrote them.
 * @example
 * examples(source, { input: 'image' }).pipe(predict(model, 'softmax')).forEach(({ labels }) => console.log(labels));
 */
export function predict(model: FlowGraph, link: Link = 'identity'): OperatorFunction<Examples, Prediction> {
  return (source) =>
    source.pipe(
      fprop(model, { mode: 'predict' }),
      map(({ examples, tape }) => {
        const output = tape.linked(link);
        return { examples, output, labels: labelsOf(output, link) };
      }),
    );
}

function labelsOf(output: Tensor, link: Link): Int32Array {
  const isVector = output.shape.length === 2;
  const isOneUnit = isVector && output.shape[1] === 1;
  if (link === 'sigmoid' && isOneUnit) {
    return Int32Array.from({ length: output.shape[0] as number }, (_, i) => (output.get(i, 0) > 0.5 ? 1 : 0));
  }
  const areClasses = link === 'softmax' || (link === 'identity' && isVector && !isOneUnit);
  return areClasses ? argmax(output) : new Int32Array(0);
}

import type { Examples } from '@fluxion/data';
import type { FlowGraph, Loss, Tape } from '@fluxion/graph';
import type { Run, Tensor } from '@fluxion/tensor';
import { map, type OperatorFunction } from 'rxjs';
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
 * Predicts every minibatch; nothing is learned, and the pass is released after each.
 *
 * @param link what makes probabilities of the output: that of the loss the model was trained with
 * @example
 * examples(source, { input: 'image' }).pipe(predict(model, 'softmax')).forEach(({ labels }) => console.log(labels));
 */
export function predict(
  model: FlowGraph,
  link: Loss['link'] = 'identity',
): OperatorFunction<Examples, Prediction> {
  const linked = new WeakMap<Tape, { output: Tensor; run: Run }>();
  const bound = (tape: Tape): { output: Tensor; run: Run } => {
    let known = linked.get(tape);
    if (known === undefined) {
      const { kernels } = model;
      const output = link === 'identity' ? tape.output : kernels.arena.tensor(tape.output.shape);
      known = { output, run: bindLink(link, tape.output, output, kernels) };
      linked.set(tape, known);
    }
    return known;
  };
  return map((examples) => {
    const tape = model.fprop(examples.inputs);
    try {
      const { output, run } = bound(tape);
      run();
      return { examples, output, labels: labelsOf(output, link) };
    } finally {
      tape.release();
    }
  });
}

function bindLink(link: Loss['link'], from: Tensor, to: Tensor, kernels: FlowGraph['kernels']): Run {
  if (link === 'softmax') return kernels.softmax(from, to);
  if (link === 'sigmoid') return kernels.elementwise('sigmoid', from, to);
  return () => {};
}

function labelsOf(output: Tensor, link: Loss['link']): Int32Array {
  if (link === 'sigmoid' && output.shape[1] === 1) {
    return Int32Array.from({ length: output.shape[0] as number }, (_, i) => (output.get(i, 0) > 0.5 ? 1 : 0));
  }
  return argmax(output);
}

import type { Link } from '@fluxion/graph';
import { elements, elementwise, type Tensor, tensor } from '@fluxion/tensor';

/**
 * What a link makes of an output [batch, ..., classes], in float64: softmax over the last axis, or sigmoid of each number.
 * Softmax is taken of the distances to the largest logit, so that nothing overflows.
 */
export function probabilities(output: Tensor, link: Link): Tensor {
  if (link === 'identity') return output;
  const made = Float64Array.from(elements(output));
  if (link === 'sigmoid') {
    for (let i = 0; i < made.length; i++) made[i] = elementwise.sigmoid.value(made[i] as number);
  } else {
    const classes = output.shape.at(-1) as number;
    for (let from = 0; from < made.length; from += classes) softmax(made.subarray(from, from + classes));
  }
  return tensor(made, output.shape);
}

function softmax(logits: Float64Array): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < logits.length; j++) largest = Math.max(largest, logits[j] as number);
  let sum = 0;
  for (let j = 0; j < logits.length; j++) {
    const power = Math.exp((logits[j] as number) - largest);
    logits[j] = power;
    sum += power;
  }
  for (let j = 0; j < logits.length; j++) logits[j] = (logits[j] as number) / sum;
}

import ops from 'ndarray-ops';
import type { ElementwiseFunction } from '../elementwise/elementwiseFunction.js';
import { type ElementwiseName, elementwise as functions } from '../elementwise/named.js';
import { find } from '../find.js';
import type { Run, Sink } from '../kernels/run.js';
import { type Numbers, numbersOf } from '../numberOption.js';
import type { Tensor } from '../tensor.js';

/** output ← f(input). */
export function elementwise(
  f: ElementwiseName | ElementwiseFunction,
  input: Tensor,
  output: Tensor,
  options: Numbers = {},
): Run {
  const { name, found } = find<ElementwiseName, ElementwiseFunction>('elementwise', functions, f);
  const numbers = numbersOf(name ?? 'elementwise', found.options ?? {}, options);
  const inputs = innerRows(input);
  const outputs = innerRows(output);
  return () => {
    inputs.forEach((x, row) => {
      const y = outputs[row] as Tensor;
      for (let j = 0; j < x.size; j++) y.set(j, found.value(x.get(j) as number, numbers));
    });
  };
}

/** sink ← dOutput ⊙ f′(input). */
export function elementwiseGradient(
  f: ElementwiseName | ElementwiseFunction,
  input: Tensor,
  output: Tensor,
  dOutput: Tensor,
  sink: Sink,
  options: Numbers = {},
): Run {
  const { name, found } = find<ElementwiseName, ElementwiseFunction>('elementwise', functions, f);
  const numbers = numbersOf(name ?? 'elementwise', found.options ?? {}, options);
  const inputs = innerRows(input);
  const outputs = innerRows(output);
  const dOutputs = innerRows(dOutput);
  const sinks = innerRows(sink.tensor);
  return () => {
    inputs.forEach((x, row) => {
      const y = outputs[row] as Tensor;
      const dy = dOutputs[row] as Tensor;
      const dx = sinks[row] as Tensor;
      for (let j = 0; j < x.size; j++) {
        const before = sink.beta === 0 ? 0 : (dx.get(j) as number);
        const slope = found.derivative(x.get(j) as number, y.get(j) as number, numbers);
        dx.set(j, before + (dy.get(j) as number) * slope);
      }
    });
  };
}

/** output ← softmax of each row. The row's largest is subtracted first, so no exponential overflows. */
export function softmax(input: Tensor, output: Tensor): Run {
  const inputs = innerRows(input);
  const outputs = innerRows(output);
  return () => {
    inputs.forEach((x, row) => {
      const y = outputs[row] as Tensor;
      ops.subs(y, x, ops.sup(x));
      ops.expeq(y);
      ops.mulseq(y, 1 / ops.sum(y));
    });
  };
}

/** sink ← output ⊙ (dOutput − Σ output ⊙ dOutput), row by row. */
export function softmaxGradient(output: Tensor, dOutput: Tensor, sink: Sink): Run {
  const outputs = innerRows(output);
  const dOutputs = innerRows(dOutput);
  const sinks = innerRows(sink.tensor);
  return () => {
    outputs.forEach((y, row) => {
      const dy = dOutputs[row] as Tensor;
      const dx = sinks[row] as Tensor;
      let dot = 0;
      for (let j = 0; j < y.size; j++) dot += (y.get(j) as number) * (dy.get(j) as number);
      for (let j = 0; j < y.size; j++) {
        const before = sink.beta === 0 ? 0 : (dx.get(j) as number);
        dx.set(j, before + (y.get(j) as number) * ((dy.get(j) as number) - dot));
      }
    });
  };
}

/**
 * The tensor as a matrix view: a row an example, whatever the shape of one example. Answers views of every innermost
 * row in turn, so that kernels on rows take any shape and stride.
 */
function innerRows(view: Tensor): Tensor[] {
  if (view.dimension <= 1) return [view];
  const rows: Tensor[] = [];
  for (let i = 0; i < (view.shape[0] as number); i++) {
    rows.push(...innerRows(view.pick(i, ...view.shape.slice(1).map(() => null))));
  }
  return rows;
}

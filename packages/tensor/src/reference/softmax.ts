import ops from 'ndarray-ops';
import type { Run, Sink } from '../kernels.js';
import type { Tensor } from '../tensor.js';
import { innerRows } from './innerRows.js';

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

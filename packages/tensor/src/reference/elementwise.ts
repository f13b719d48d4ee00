import { type ElementwiseName, elementwise as functions } from '../elementwise.js';
import type { Run, Sink } from '../kernels.js';
import type { Tensor } from '../tensor.js';
import { innerRows } from './innerRows.js';

/** output ← f(input). */
export function elementwise(name: ElementwiseName, input: Tensor, output: Tensor): Run {
  const f = functions[name].value;
  const inputs = innerRows(input);
  const outputs = innerRows(output);
  return () => {
    inputs.forEach((x, row) => {
      const y = outputs[row] as Tensor;
      for (let j = 0; j < x.size; j++) y.set(j, f(x.get(j) as number));
    });
  };
}

/** sink ← dOutput ⊙ f′(input). */
export function elementwiseGradient(
  name: ElementwiseName,
  input: Tensor,
  output: Tensor,
  dOutput: Tensor,
  sink: Sink,
): Run {
  const { derivative } = functions[name];
  const outputs = innerRows(output);
  const dOutputs = innerRows(dOutput);
  const sinks = innerRows(sink.tensor);
  const inputs = innerRows(input);
  return () => {
    inputs.forEach((x, row) => {
      const y = outputs[row] as Tensor;
      const dy = dOutputs[row] as Tensor;
      const dx = sinks[row] as Tensor;
      for (let j = 0; j < x.size; j++) {
        const before = sink.beta === 0 ? 0 : (dx.get(j) as number);
        dx.set(j, before + (dy.get(j) as number) * derivative(x.get(j) as number, y.get(j) as number));
      }
    });
  };
}

import type { Kernels } from '../kernels.js';
import { rows, strips } from './layout.js';
import type { Machine } from './machine.js';

/** Elementwise functions and softmax, with their derivatives. */
export function mapKernels({
  exports,
}: Machine): Pick<Kernels, 'elementwise' | 'elementwiseGradient' | 'softmax' | 'softmaxGradient'> {
  return {
    elementwise(name, input, output) {
      const kernel = exports[name];
      return strips(name, [input, output], (length, from, to) => () => kernel(length, from, to));
    },

    // Every derivative is worked out from the output.
    elementwiseGradient(name, _input, output, dOutput, { tensor, beta }) {
      const kernel = exports[`${name}Gradient`];
      return strips(`gradient of ${name}`, [output, dOutput, tensor], (length, y, dy, sink) => {
        return () => kernel(length, y, dy, sink, beta);
      });
    },

    softmax(input, output) {
      const x = rows('softmax input', input);
      const y = rows('softmax output', output);
      return () => exports.softmax(x.rows, x.columns, x.address, x.row, y.address, y.row);
    },

    softmaxGradient(output, dOutput, { tensor, beta }) {
      const y = rows('softmaxGradient output', output);
      const dy = rows('softmaxGradient dOutput', dOutput);
      const dx = rows('softmaxGradient sink', tensor);
      return () =>
        exports.softmaxGradient(
          y.rows,
          y.columns,
          y.address,
          y.row,
          dy.address,
          dy.row,
          dx.address,
          dx.row,
          beta,
        );
    },
  };
}

import type { ElementwiseFunction } from '../elementwise/elementwiseFunction.js';
import { type ElementwiseName, elementwise } from '../elementwise/named.js';
import { find } from '../find.js';
import type { MapKernels } from '../kernels/maps.js';
import { numbersOf } from '../numberOption.js';
import * as reference from '../reference/maps.js';
import type { WasmExports } from './exports.js';
import { rows, strips } from './layout.js';
import type { Machine } from './machine.js';

/** Functions of each element and softmax, with their derivatives. */
export function mapKernels({ exports }: Machine): MapKernels {
  return {
    elementwise(f, input, output, options = {}) {
      const { name, found } = find<ElementwiseName, ElementwiseFunction>('elementwise', elementwise, f);
      if (name === undefined) return reference.elementwise(found, input, output, options);
      const numbers = Object.values(numbersOf(name, found.options ?? {}, options));
      const kernel = exports[name] as MapKernel;
      return strips(name, [input, output], (length, from, to) =>
        numbers.length === 0 ? () => kernel(length, from, to) : () => kernel(length, from, to, ...numbers),
      );
    },

    elementwiseGradient(f, input, output, dOutput, sink, options = {}) {
      const { name, found } = find<ElementwiseName, ElementwiseFunction>('elementwise', elementwise, f);
      if (name === undefined)
        return reference.elementwiseGradient(found, input, output, dOutput, sink, options);
      const numbers = Object.values(numbersOf(name, found.options ?? {}, options));
      const { tensor, beta } = sink;
      const kernel = exports[`${name}Gradient`] as MapGradientKernel;
      return strips(`gradient of ${name}`, [input, output, dOutput, tensor], (length, x, y, dy, dx) =>
        numbers.length === 0
          ? () => kernel(length, x, y, dy, dx, beta)
          : () => kernel(length, x, y, dy, dx, beta, ...numbers),
      );
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

/** A function of the table with the options that it has. */
type MapKernel = (...args: [...Parameters<WasmExports['tanh']>, ...options: number[]]) => void;
type MapGradientKernel = (
  ...args: [...Parameters<WasmExports['tanhGradient']>, ...options: number[]]
) => void;

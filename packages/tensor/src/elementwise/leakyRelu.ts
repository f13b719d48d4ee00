import { anyNumber } from '../numberOption.js';
import type { ElementwiseFunction } from './elementwiseFunction.js';

/**
 * x above 0, slope·x below; the derivative at the kink x = 0 is the slope.
 *
 * @see Maas, Hannun, Ng, "Rectifier nonlinearities improve neural network acoustic models", ICML 2013, equation 2.
 */
export const leakyRelu: ElementwiseFunction = {
  options: { slope: anyNumber(0.01) },
  value: (x, { slope }) => (x < 0 ? slope * x : x),
  derivative: (x, _, { slope }) => (x > 0 ? 1 : slope),
};

import type { PlainFunction } from './elementwiseFunction.js';

/**
 * x times the hard sigmoid of x; its derivative is x/3 + ½ for −3 < x < 3, 0 below and 1 above.
 *
 * @see Howard et al., "Searching for MobileNetV3", ICCV 2019, section 5.2.
 */
export const hardSwish: PlainFunction = {
  value: (x) => x * Math.min(Math.max(x / 6 + 0.5, 0), 1),
  derivative: (x) => (x <= -3 ? 0 : x < 3 ? x / 3 + 0.5 : 1),
};

import { normalCdf } from '../normalCdf.js';
import type { PlainFunction } from './elementwiseFunction.js';

const INVERSE_ROOT_TWO_PI = 0.3989422804014327;

/**
 * x·Φ(x), with Φ the distribution function of the normal distribution; its derivative is Φ(x) + x·φ(x).
 *
 * @see Hendrycks, Gimpel, "Gaussian error linear units (GELUs)", arXiv 1606.08415, section 2.
 */
export const gelu: PlainFunction = {
  value: (x) => x * normalCdf(x),
  derivative: (x) => normalCdf(x) + x * INVERSE_ROOT_TWO_PI * Math.exp(-0.5 * x * x),
};

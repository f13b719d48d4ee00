import type { Run } from '../kernels/run.js';
import type { Tensor } from '../tensor.js';
import { numbersOf } from './numbers.js';

/**
 * Turns each pair of neighbours in [batch, length, features], in place: at step t pair i of a head by the angle [t, i], or back by
 * it, (x, y) ← (x cos − y sin, x sin + y cos).
 *
 * @param angles [length, pairs of a head]; the heads follow one another along the features
 */
export function turnPairs(values: Tensor, angles: Tensor, direction: 'on' | 'back'): Run {
  const x = numbersOf('turnPairs', values);
  const turned = numbersOf('turnPairs', angles);
  const [, length, features] = values.shape as [number, number, number];
  const pairs = angles.shape[1] as number;
  const cosines = Float64Array.from(turned, Math.cos);
  const sines = Float64Array.from(turned, (angle) => Math.sin(direction === 'on' ? angle : -angle));
  return () => {
    for (let at = 0; at < x.length; at += 2) {
      const step = Math.floor(at / features) % length;
      const angle = step * pairs + (((at % features) / 2) % pairs);
      const a = x[at] as number;
      const b = x[at + 1] as number;
      const cosine = cosines[angle] as number;
      const sine = sines[angle] as number;
      x[at] = a * cosine - b * sine;
      x[at + 1] = a * sine + b * cosine;
    }
  };
}

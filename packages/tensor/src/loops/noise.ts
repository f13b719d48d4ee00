import type { Random } from '../random.js';
import type { Tensor } from '../tensor.js';
import { numbersOf } from './numbers.js';

/** Draws for the examples of a batch by their numbers: the first one, and how far they lie apart, 1 unless given. */
export type Draw = (firstExample: number, stride?: number) => void;

/**
 * mask ← 0 with probability `rate`, else 1/(1 − rate), for each unit [batch, ...shape]; or for each channel, the last axis,
 * at all its places alike.
 */
export function drawDropout(random: Random, rate: number, perChannel: boolean, mask: Tensor): Draw {
  const kept = numbersOf('drawDropout', mask);
  const [batch, ...shape] = mask.shape as [number, ...number[]];
  const size = shape.reduce((product, length) => product * length, 1);
  const drawn = new Float64Array(perChannel ? (shape.at(-1) ?? 1) : size);
  const scale = 1 / (1 - rate);
  return (first, stride = 1) => {
    for (let i = 0, at = 0; i < batch; i++) {
      random.fillFor(first + i * stride, drawn);
      for (let j = 0; j < size; j++, at++) {
        kept[at] = (drawn[perChannel ? j % drawn.length : j] as number) < rate ? 0 : scale;
      }
    }
  };
}

/**
 * noise ← normal numbers of that standard deviation, [batch, ...shape].
 *
 * @see Box and Muller, "A note on the generation of random normal deviates", Annals of Mathematical Statistics 29, 1958.
 */
export function drawNormal(random: Random, deviation: number, noise: Tensor): Draw {
  const values = numbersOf('drawNormal', noise);
  const [batch, ...shape] = noise.shape as [number, ...number[]];
  const size = shape.reduce((product, length) => product * length, 1);
  const drawn = new Float64Array(2 * Math.ceil(size / 2));
  return (first, stride = 1) => {
    for (let i = 0; i < batch; i++) {
      random.fillFor(first + i * stride, drawn);
      for (let j = 0; j < size; j++) {
        const pair = j & ~1;
        // Of [0, 1) the logarithm wants (0, 1].
        const radius = deviation * Math.sqrt(-2 * Math.log(1 - (drawn[pair] as number)));
        const angle = 2 * Math.PI * (drawn[pair + 1] as number);
        values[i * size + j] = radius * (j === pair ? Math.cos(angle) : Math.sin(angle));
      }
    }
  };
}

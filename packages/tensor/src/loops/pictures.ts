import type { Run, Sink } from '../kernels/run.js';
import type { Random } from '../random.js';
import type { Tensor } from '../tensor.js';
import type { Draw } from './noise.js';
import { numbersOf } from './numbers.js';

/**
 * Where a place of a picture is taken from, both counted from its middle: y′ = yy·y + yx·x + down, x′ = xy·y + xx·x + right.
 */
export interface PlaceMap {
  readonly yy: number;
  readonly yx: number;
  readonly down: number;
  readonly xy: number;
  readonly xx: number;
  readonly right: number;
}

/** Numbers of a map in a tensor. */
const MAP = 6;

/** maps [batch, 6] ← for each example the map that its own uniform numbers give. */
export function drawMaps(
  random: Random,
  uniforms: number,
  mapOf: (drawn: ArrayLike<number>) => PlaceMap,
  maps: Tensor,
): Draw {
  const values = numbersOf('drawMaps', maps);
  const drawn = new Float64Array(uniforms);
  return (first, stride = 1) => {
    for (let at = 0; at < values.length; at += MAP) {
      random.fillFor(first + (at / MAP) * stride, drawn);
      const { yy, yx, down, xy, xx, right } = mapOf(drawn);
      values.set([yy, yx, down, xy, xx, right], at);
    }
  };
}

/** values [batch, …] ← for each example uniform numbers from `least` to below `most`. */
export function drawUniform(random: Random, least: number, most: number, values: Tensor): Draw {
  const out = numbersOf('drawUniform', values);
  const batch = values.shape[0] as number;
  const drawn = new Float64Array(batch === 0 ? 0 : out.length / batch);
  return (first, stride = 1) => {
    for (let i = 0; i < batch; i++) {
      random.fillFor(first + i * stride, drawn);
      for (let j = 0; j < drawn.length; j++) {
        out[i * drawn.length + j] = least + (most - least) * (drawn[j] as number);
      }
    }
  };
}

/**
 * sink ← pictures [batch, height, width, channels], each with its places taken from where its map [batch, 6] says: between four
 * pixels in proportion to how near they are, and beyond the edge the nearest pixel.
 */
export function resample(pictures: Tensor, maps: Tensor, { tensor, beta }: Sink): Run {
  const [x, z] = [numbersOf('resample', pictures), numbersOf('resample', tensor)];
  const channels = pictures.shape.at(-1) as number;
  const visit = eachSample(pictures, maps);
  return () => {
    if (beta === 0) z.fill(0);
    visit((from, to, share) => {
      for (let c = 0; c < channels; c++) z[to + c] = (z[to + c] as number) + share * (x[from + c] as number);
    });
  };
}

/** sink ← dOutput, each place's where it was taken from: the gradient of `resample`. */
export function resampleGradient(dOutput: Tensor, maps: Tensor, { tensor, beta }: Sink): Run {
  const [dy, dx] = [numbersOf('resampleGradient', dOutput), numbersOf('resampleGradient', tensor)];
  const channels = dOutput.shape.at(-1) as number;
  const visit = eachSample(tensor, maps);
  return () => {
    if (beta === 0) dx.fill(0);
    visit((from, to, share) => {
      for (let c = 0; c < channels; c++)
        dx[from + c] = (dx[from + c] as number) + share * (dy[to + c] as number);
    });
  };
}

/** Tells of each place of each picture the pixels it is made of, and their shares; those of share 0 are passed over. */
function eachSample(
  pictures: Tensor,
  maps: Tensor,
): (visit: (from: number, to: number, share: number) => void) => void {
  const values = numbersOf('resample maps', maps);
  const [batch, height, width, channels] = pictures.shape as [number, number, number, number];
  const [middle, center] = [(height - 1) / 2, (width - 1) / 2];
  const [bottom, rightmost] = [height - 1, width - 1];
  return (visit) => {
    let to = 0;
    for (let i = 0; i < batch; i++) {
      const map = i * MAP;
      const [yy, yx, down] = [values[map] as number, values[map + 1] as number, values[map + 2] as number];
      const [xy, xx, right] = [
        values[map + 3] as number,
        values[map + 4] as number,
        values[map + 5] as number,
      ];
      const start = i * height * width;
      for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++, to += channels) {
          const v = row - middle;
          const u = column - center;
          const y = clamp(middle + yy * v + yx * u + down, bottom);
          const x = clamp(center + xy * v + xx * u + right, rightmost);
          const top = Math.floor(y);
          const left = Math.floor(x);
          const lower = y - top;
          const across = x - left;
          const at = (start + top * width + left) * channels;
          visit(at, to, (1 - lower) * (1 - across));
          if (across > 0) visit(at + channels, to, (1 - lower) * across);
          if (lower > 0) visit(at + width * channels, to, lower * (1 - across));
          if (lower > 0 && across > 0) visit(at + (width + 1) * channels, to, lower * across);
        }
      }
    }
  };
}

function clamp(place: number, most: number): number {
  return Math.max(0, Math.min(place, most));
}

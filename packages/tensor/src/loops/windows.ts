import type { Run, Sink } from '../kernels/run.js';
import type { Tensor } from '../tensor.js';
import { numbersOf } from './numbers.js';

type Floats = Tensor['data'];

/** How windows go over a picture: along its height and its width. */
export interface Windows {
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  /** Zeros before the first row and column. What is beyond the last ones goes by the output's size. */
  readonly padding: readonly [number, number];
  readonly dilation: readonly [number, number];
}

/** For each place of each window in turn, the offset in the picture of its first channel; −1 where it is padding. */
function placesOf(
  input: Tensor,
  output: readonly [number, number],
  { kernel, stride, padding, dilation }: Windows,
): Int32Array {
  const [, height, width, channels] = input.shape as [number, number, number, number];
  const [rows, columns] = output;
  const places = new Int32Array(rows * columns * kernel[0] * kernel[1]);
  let i = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (let k = 0; k < kernel[0]; k++) {
        const y = row * stride[0] - padding[0] + k * dilation[0];
        for (let l = 0; l < kernel[1]; l++) {
          const x = column * stride[1] - padding[1] + l * dilation[1];
          const isInside = y >= 0 && y < height && x >= 0 && x < width;
          places[i++] = isInside ? (y * width + x) * channels : -1;
        }
      }
    }
  }
  return places;
}

/** output ← the largest of each window by channel, and the offset in the picture that has it; padding counts nothing. */
export function maxPool(input: Tensor, windows: Windows, output: Tensor, offsets: Tensor): Run {
  const [x, largest, at] = [input, output, offsets].map((view) => numbersOf('maxPool', view)) as [
    Floats,
    Floats,
    Floats,
  ];
  const [batch, height, width, channels] = input.shape as [number, number, number, number];
  const size = output.shape.slice(1, 3) as [number, number];
  const places = placesOf(input, size, windows);
  const kernel = windows.kernel[0] * windows.kernel[1];
  const picture = height * width * channels;
  return () => {
    for (let b = 0, to = 0; b < batch; b++) {
      for (let first = 0; first < places.length; first += kernel) {
        for (let c = 0; c < channels; c++, to++) {
          let best = -1;
          let value = 0;
          for (let k = 0; k < kernel; k++) {
            const place = places[first + k] as number;
            if (place < 0) continue;
            const candidate = x[b * picture + place + c] as number;
            if (best < 0 || candidate > value || (Number.isNaN(candidate) && !Number.isNaN(value))) {
              best = place + c;
              value = candidate;
            }
          }
          largest[to] = value;
          at[to] = best;
        }
      }
    }
  };
}

/** sink ← dOutput at the offsets that have the largest, 0 elsewhere. */
export function maxPoolGradient(offsets: Tensor, dOutput: Tensor, { tensor, beta }: Sink): Run {
  const [at, dy, dx] = [offsets, dOutput, tensor].map((view) => numbersOf('maxPoolGradient', view)) as [
    Floats,
    Floats,
    Floats,
  ];
  const batch = tensor.shape[0] as number;
  const [picture, values] = [dx.length / batch, dy.length / batch];
  return () => {
    if (beta === 0) dx.fill(0);
    for (let i = 0; i < dy.length; i++) {
      const offset = at[i] as number;
      if (offset < 0) continue;
      const to = Math.floor(i / values) * picture + offset;
      dx[to] = (dx[to] as number) + (dy[i] as number);
    }
  };
}

/** output ← the mean of each window by channel, over its places inside the picture. */
export function averagePool(input: Tensor, windows: Windows, output: Tensor): Run {
  const [x, means] = [numbersOf('averagePool', input), numbersOf('averagePool', output)];
  const [batch, height, width, channels] = input.shape as [number, number, number, number];
  const places = placesOf(input, output.shape.slice(1, 3) as [number, number], windows);
  const kernel = windows.kernel[0] * windows.kernel[1];
  const shares = insideShares(places, kernel);
  const picture = height * width * channels;
  return () => {
    means.fill(0);
    for (let b = 0, to = 0; b < batch; b++) {
      for (let first = 0, window = 0; first < places.length; first += kernel, window++, to += channels) {
        const share = shares[window] as number;
        for (let k = 0; k < kernel; k++) {
          const place = places[first + k] as number;
          if (place < 0) continue;
          const from = b * picture + place;
          for (let c = 0; c < channels; c++) {
            means[to + c] = (means[to + c] as number) + share * (x[from + c] as number);
          }
        }
      }
    }
  };
}

/** sink ← each window's gradient, shared evenly among its places inside the picture. */
export function averagePoolGradient(dOutput: Tensor, windows: Windows, { tensor, beta }: Sink): Run {
  const [dy, dx] = [numbersOf('averagePoolGradient', dOutput), numbersOf('averagePoolGradient', tensor)];
  const [batch, height, width, channels] = tensor.shape as [number, number, number, number];
  const places = placesOf(tensor, dOutput.shape.slice(1, 3) as [number, number], windows);
  const kernel = windows.kernel[0] * windows.kernel[1];
  const shares = insideShares(places, kernel);
  const picture = height * width * channels;
  return () => {
    if (beta === 0) dx.fill(0);
    for (let b = 0, from = 0; b < batch; b++) {
      for (let first = 0, window = 0; first < places.length; first += kernel, window++, from += channels) {
        const share = shares[window] as number;
        for (let k = 0; k < kernel; k++) {
          const place = places[first + k] as number;
          if (place < 0) continue;
          const to = b * picture + place;
          for (let c = 0; c < channels; c++) {
            dx[to + c] = (dx[to + c] as number) + share * (dy[from + c] as number);
          }
        }
      }
    }
  };
}

/** One over the number of places of each window that are inside the picture; 0 where none is. */
function insideShares(places: Int32Array, kernel: number): Float64Array {
  return Float64Array.from({ length: places.length / kernel }, (_, window) => {
    const inside = places.subarray(window * kernel, (window + 1) * kernel).filter((place) => place >= 0);
    return inside.length === 0 ? 0 : 1 / inside.length;
  });
}

import type { Run, Sink } from '../kernels/run.js';
import type { Tensor } from '../tensor.js';
import type { Windows } from './windows.js';

/** Tells of each place of each window that is inside the picture: which it is of the window, and its pixel. */
function eachPlace(
  pictures: Tensor,
  { kernel, stride, padding, dilation }: Windows,
  row: number,
  column: number,
  visit: (place: number, y: number, x: number) => void,
): void {
  const [, height, width] = pictures.shape as [number, number, number];
  for (let k = 0; k < kernel[0]; k++) {
    const y = row * stride[0] - padding[0] + k * dilation[0];
    for (let l = 0; l < kernel[1]; l++) {
      const x = column * stride[1] - padding[1] + l * dilation[1];
      if (y >= 0 && y < height && x >= 0 && x < width) visit(k * kernel[1] + l, y, x);
    }
  }
}

function eachWindow(values: Tensor, visit: (batch: number, row: number, column: number) => void): void {
  const [batch, rows, columns] = values.shape as [number, number, number];
  for (let b = 0; b < batch; b++) {
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) visit(b, row, column);
  }
}

/**
 * output ← each window of pictures [batch, height, width, in] times a weight [kernel rows · kernel columns · in, out], plus
 * a bias [out], zeros beyond the edge: [batch, rows, columns, out]. Pictures and output may be some channels of more; here and
 * in the gradients the weight may have any strides.
 */
export function convolveAffine(
  pictures: Tensor,
  windows: Windows,
  weight: Tensor,
  bias: Tensor,
  output: Tensor,
): Run {
  const units = output.shape[3] as number;
  const products = convolve(pictures, windows, weight, { tensor: output, beta: 1 });
  return () => {
    eachWindow(output, (b, row, column) => {
      for (let j = 0; j < units; j++) output.set(b, row, column, j, bias.get(j));
    });
    products();
  };
}

/** The same without a bias: sink ← each window times the weight. */
export function convolve(pictures: Tensor, windows: Windows, weight: Tensor, { tensor, beta }: Sink): Run {
  const [channels, units] = [pictures.shape[3] as number, tensor.shape[3] as number];
  const sums = new Float64Array(units);
  return () =>
    eachWindow(tensor, (b, row, column) => {
      for (let j = 0; j < units; j++) sums[j] = beta === 0 ? 0 : tensor.get(b, row, column, j);
      eachPlace(pictures, windows, row, column, (place, y, x) => {
        for (let c = 0; c < channels; c++) {
          const value = pictures.get(b, y, x, c);
          const from = place * channels + c;
          for (let j = 0; j < units; j++) sums[j] = (sums[j] as number) + value * weight.get(from, j);
        }
      });
      for (let j = 0; j < units; j++) tensor.set(b, row, column, j, sums[j] as number);
    });
}

/** sink ← Σ windowᵀ · dOutput over all windows: ∂loss/∂weight of `convolve`. */
export function convolveWeightGradient(
  pictures: Tensor,
  windows: Windows,
  dOutput: Tensor,
  { tensor, beta }: Sink,
): Run {
  const [channels, units] = [pictures.shape[3] as number, dOutput.shape[3] as number];
  const size = tensor.shape[0] as number;
  const sums = new Float64Array(size * units);
  return () => {
    sums.fill(0);
    eachWindow(dOutput, (b, row, column) => {
      eachPlace(pictures, windows, row, column, (place, y, x) => {
        for (let c = 0; c < channels; c++) {
          const value = pictures.get(b, y, x, c);
          const from = (place * channels + c) * units;
          for (let j = 0; j < units; j++) {
            sums[from + j] = (sums[from + j] as number) + value * dOutput.get(b, row, column, j);
          }
        }
      });
    });
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < units; j++) {
        const sum = sums[i * units + j] as number;
        tensor.set(i, j, beta === 0 ? sum : tensor.get(i, j) + sum);
      }
    }
  };
}

/** sink ← dOutput · weightᵀ of each window, added where the window was: ∂loss/∂pictures of `convolve`. */
export function convolvePictureGradient(
  dOutput: Tensor,
  windows: Windows,
  weight: Tensor,
  { tensor, beta }: Sink,
): Run {
  const [channels, units] = [tensor.shape[3] as number, dOutput.shape[3] as number];
  return () => {
    if (beta === 0) {
      eachWindow(tensor, (b, y, x) => {
        for (let c = 0; c < channels; c++) tensor.set(b, y, x, c, 0);
      });
    }
    eachWindow(dOutput, (b, row, column) => {
      eachPlace(tensor, windows, row, column, (place, y, x) => {
        for (let c = 0; c < channels; c++) {
          let sum = 0;
          for (let j = 0; j < units; j++) {
            sum += dOutput.get(b, row, column, j) * weight.get(place * channels + c, j);
          }
          tensor.set(b, y, x, c, tensor.get(b, y, x, c) + sum);
        }
      });
    });
  };
}

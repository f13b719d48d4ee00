import {
  formatShape,
  OptionError,
  reshape,
  type Shape,
  ShapeError,
  type Tensor,
  type Windows,
} from '@fluxion/tensor';

/** A length along the height and the width, or one for both. */
export type Size = number | readonly [height: number, width: number];

/** How windows go over a picture. */
export interface WindowOptions {
  /** Steps from one window to the next. */
  readonly stride?: Size;
  /**
   * Zeros on each side of the picture; or `same`, which makes the output as large as the input divided by the stride, with one zero
   * more at the end where their number is odd. Default 0.
   */
  readonly padding?: Size | 'same';
  /** Distance between the places of a window. Default 1. */
  readonly dilation?: Size;
}

/** Windows over a picture, and how many there are. */
export interface Geometry {
  readonly windows: Windows;
  readonly output: readonly [rows: number, columns: number];
}

/**
 * Where windows stand on a picture [height, width, channels], and how many fit: ⌊(length + padding − dilation·(kernel − 1) −
 * 1) / stride⌋ + 1 along each side.
 *
 * @throws {OptionError} when a size is invalid; {ShapeError} when no window fits.
 */
export function geometryOf(
  [height = 0, width = 0]: Shape,
  kernelSize: Size,
  { stride: strideSize = 1, padding = 0, dilation: dilationSize = 1 }: WindowOptions,
  where: string,
): Geometry {
  const kernel = pairOf(kernelSize, `${where} kernel`, 1);
  const stride = pairOf(strideSize, `${where} stride`, 1);
  const dilation = pairOf(dilationSize, `${where} dilation`, 1);
  const given = padding === 'same' ? undefined : pairOf(padding, `${where} padding`, 0);
  const [rows, columns] = ([height, width] as const).map((length, side) => {
    const [k, s, d] = [kernel[side], stride[side], dilation[side]] as [number, number, number];
    const reach = d * (k - 1) + 1;
    if (given === undefined) {
      const count = Math.ceil(length / s);
      return { count, before: Math.floor(Math.max((count - 1) * s + reach - length, 0) / 2) };
    }
    const before = given[side] as number;
    return { count: Math.floor((length + 2 * before - reach) / s) + 1, before };
  }) as [Side, Side];
  if (rows.count < 1 || columns.count < 1) {
    throw new ShapeError(
      `${where} input: expected room for a window of ${formatShape(kernel)}, got ${formatShape([height, width])}; give larger pictures, a smaller kernel, or padding 'same'`,
    );
  }
  return {
    windows: { kernel, stride, dilation, padding: [rows.before, columns.before] },
    output: [rows.count, columns.count],
  };
}

interface Side {
  readonly count: number;
  readonly before: number;
}

/** Refuses what is not one whole number or two. */
export function pairOf(size: Size, where: string, least: number): readonly [number, number] {
  const pair = typeof size === 'number' ? ([size, size] as const) : size;
  if (
    !Array.isArray(pair) ||
    pair.length !== 2 ||
    !pair.every((length) => Number.isSafeInteger(length) && length >= least)
  ) {
    throw new OptionError(
      `${where}: expected a whole number from ${least}, or two, got ${JSON.stringify(size)}; give such a number`,
    );
  }
  return pair as readonly [number, number];
}

/** As pictures [batch, height, width, channels]. */
export function pictures(view: Tensor, [height, width]: Shape, channels: number): Tensor {
  return reshape(view, [view.shape[0] as number, height as number, width as number, channels]);
}

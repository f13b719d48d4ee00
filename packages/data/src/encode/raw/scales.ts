import type { ColumnOptions } from './columnOptions.js';

/** Pictures are bytes: 0 to 255 becomes 0 to 1. */
export const byteScale: number = 1 / 255;

/** A single scale is for the inputs; a target's has to be named. */
export function targetScale({ scale }: ColumnOptions, target: string): number | undefined {
  return typeof scale === 'object' ? scale[target] : undefined;
}

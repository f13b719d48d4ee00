import type { Tensor } from '../tensor.js';

/** output ← factor·bytes, for elements start to end of a contiguous output. */
export function scaleBytes(
  bytes: Uint8Array,
  { data, offset }: Tensor,
  factor: number,
): (start: number, end: number) => void {
  return (start, end) => {
    for (let i = start; i < end; i++) data[offset + i] = (bytes[i] as number) * factor;
  };
}

import type { Floats } from '@fluxion/tensor';

/** From this many numbers on, copying by the engine's own routine is faster than a loop. */
const LONG = 32;

/** Copies `width` numbers. */
export function copyFloats(values: Floats, start: number, out: Floats, at: number, width: number): void {
  if (width >= LONG) out.set(values.subarray(start, start + width), at);
  else for (let j = 0; j < width; j++) out[at + j] = values[start + j] as number;
}

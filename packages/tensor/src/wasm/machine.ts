import type { Arena } from '../arena.js';
import type { WasmExports } from './exports.js';
import type { Matrix } from './layout.js';
import type { SecondThread } from './secondThread.js';

/**
 * Binds c ← initial + factor·a·b, the factor given at each call; undefined for operands that it cannot take. `initial` is
 * the address of a row that every row of c begins with; 0 for zeros, c's own address for what c holds.
 */
export type BindProduct = (
  a: Matrix,
  b: Matrix,
  c: Matrix,
  initial: number,
) => ((factor: number) => void) | undefined;

/** What binding a kernel takes: the instance's functions, and room in its arena for what they work out on the way. */
export interface Machine {
  readonly arena: Arena;
  readonly exports: WasmExports;
  /** Products of matrices by a library, where there is one, in place of ours. */
  readonly product: BindProduct | undefined;
  /** The address of the number 1: the one input of a gradient that is written out. */
  readonly one: number;
  /** The address of at least so many bytes. All bindings share them: nothing is kept there between two calls. */
  scratch(bytes: number): number;
  /** The same for the other half of a kernel's work, which may go on at the same time. */
  otherScratch(bytes: number): number;
  /** The same for sums of that half, kept until both are done. */
  sums(bytes: number): number;
  /** The same for a whole gradient, kept while kernels that use `scratch` run. */
  gradientScratch(bytes: number): number;
  /** The same for a part of a product's terms. */
  segmentScratch(bytes: number): number;
  /** The same for windows of pictures, kept while they are multiplied. */
  windowScratch(bytes: number): number;
  /** The same for the direction of an update, kept while its length is found. */
  directionScratch(bytes: number): number;
  /** A thread that takes over half of large work, where there is one. */
  readonly second: SecondThread | undefined;
}

export function createMachine(
  arena: Arena,
  exports: WasmExports,
  { product, second }: Partial<Pick<Machine, 'product' | 'second'>> = {},
): Machine {
  const one = arena.tensor([1]);
  one.set(0, 1);
  return {
    arena,
    exports,
    product,
    one: one.data.byteOffset,
    second,
    scratch: growing(arena),
    otherScratch: growing(arena),
    sums: growing(arena),
    gradientScratch: growing(arena),
    segmentScratch: growing(arena),
    windowScratch: growing(arena),
    directionScratch: growing(arena),
  };
}

/**
 * Room that grows to the most that was asked for. What was handed out before stays valid, for an arena gives nothing
 * back; so a bound kernel keeps its address. Growing at least doubles it, so that little is left behind.
 */
function growing(arena: Arena): (bytes: number) => number {
  let address = 0;
  let size = 0;
  return (bytes) => {
    if (bytes > size) {
      size = Math.max(bytes, 2 * size);
      address = arena.tensor([Math.ceil(size / 4)]).data.byteOffset;
    }
    return address;
  };
}

import type { Arena } from './arena.js';
import { blasKernels } from './blas/blasKernels.js';
import { OptionError } from './errors.js';
import type { Kernels, KernelsName } from './kernels/kernels.js';
import { referenceKernels } from './reference/referenceKernels.js';
import { relaxedWasmKernels, twoThreadedWasmKernels, wasmKernels } from './wasm/wasmKernels.js';

/** Kernels of one's own on a model's memory. */
export type BindKernels = (arena: Arena) => Kernels;

const implementations: Readonly<Record<KernelsName, (arena: Arena) => Kernels>> = {
  reference: referenceKernels,
  wasm: wasmKernels,
  'wasm-relaxed': relaxedWasmKernels,
  'wasm-2-threads': twoThreadedWasmKernels,
  blas: blasKernels,
};

/**
 * The kernels of that name on a model's memory.
 *
 * @throws {OptionError} when there are none of that name, or they cannot run here.
 * @example
 * const memory = arena('float32');
 * const kernels = createKernels('wasm', memory);
 * const [a, b, c] = [memory.tensor([2, 3]), memory.tensor([3, 4]), memory.tensor([2, 4])];
 * const multiply = kernels.matmul(a, b, { tensor: c, beta: 0 });
 * multiply(); // c ← a·b, of what they hold now
 */
export function createKernels(name: KernelsName | BindKernels, arena: Arena): Kernels {
  if (typeof name === 'function') return name(arena);
  const names = Object.keys(implementations);
  if (!names.includes(name)) {
    throw new OptionError(`kernels: expected one of ${names.join(', ')}, got '${name}'; name one of these`);
  }
  return implementations[name](arena);
}

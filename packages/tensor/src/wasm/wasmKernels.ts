import { availableParallelism } from 'node:os';
import type { Arena } from '../arena.js';
import { type DeferringOptions, deferring } from '../deferred/deferring.js';
import { OptionError } from '../errors.js';
import type { Kernels, KernelsName } from '../kernels/kernels.js';
import { loopKernels } from '../loops/loopKernels.js';
import type { WasmExports } from './exports.js';
import { gateKernels } from './gates.js';
import { lossKernels } from './losses.js';
import { createMachine, type Machine } from './machine.js';
import { mapKernels } from './maps.js';
import { compiledModule, instantiate } from './module.js';
import { moveKernels } from './moves.js';
import { productKernels } from './products.js';
import { rowMapKernels } from './rowMaps.js';
import { SecondThread } from './secondThread.js';
import { updateKernels } from './updates.js';
import { windowKernels } from './windows.js';

/** Below this density, leaving out the rows of zeros makes single updates as fast as waiting. */
const deferral: DeferringOptions = { blockSize: 32, minWeightSize: 2 ** 18, minDensity: 0.45 };

/**
 * The kernels in WebAssembly SIMD: float32, on contiguous tensors and on matrices whose rows lie apart; `copy` and
 * `matmul` take any strides.
 *
 * Strict IEEE arithmetic and functions of their own throughout, so the same numbers give the same bits on every machine
 * and every version of Node. An input that is zero costs nothing where one example is multiplied or learned from, and in
 * minibatches where many are: its row of the weight is not read. How many, and the order of additions, go by the sizes of
 * the product; so an example alone and in a minibatch may differ by rounding, and where its zeros meet ∞ or NaN.
 *
 * @throws {OptionError} when the arena does not hold float32 numbers.
 */
export function wasmKernels(arena: Arena): Kernels {
  return deferring(wasmKernelsWith('wasm', arena), deferral);
}

/**
 * The same with relaxed multiply-add: a little faster in matrix products where the machine fuses it into one rounding,
 * and then with other bits.
 *
 * @throws {OptionError} when the arena does not hold float32 numbers, or this Node has no relaxed SIMD.
 */
export function relaxedWasmKernels(arena: Arena): Kernels {
  return deferring(wasmKernelsWith('wasm-relaxed', arena), deferral);
}

/**
 * The kernels on two threads: where a weight is large, each takes half of it. The same bits as on one.
 *
 * The second thread stays on the core that it runs on as long as training goes on, and keeps no process alive. Where the
 * process may use one core only there is none, for two that take turns on a core would take twice as long.
 *
 * @throws {OptionError} when the arena does not hold float32 numbers.
 */
export function twoThreadedWasmKernels(arena: Arena): Kernels {
  const kernels = wasmKernelsWith('wasm-2-threads', arena, (exports) => ({
    second: availableParallelism() > 1 ? new SecondThread(compiledModule('wasm'), arena, exports) : undefined,
  }));
  return deferring(kernels, deferral);
}

/** The kernels under that name, and what else works for them. */
export function wasmKernelsWith(
  name: Exclude<KernelsName, 'reference'>,
  arena: Arena,
  helpers: (exports: WasmExports) => Partial<Pick<Machine, 'product' | 'second'>> = () => ({}),
): Kernels {
  if (arena.dtype !== 'float32') {
    throw new OptionError(
      `kernels '${name}': expected an arena of float32, got ${arena.dtype}; use arena('float32') or kernels 'reference'`,
    );
  }
  const exports = instantiate(name === 'wasm-relaxed' ? name : 'wasm', arena);
  const machine = createMachine(arena, exports, helpers(exports));
  return {
    name,
    arena,
    ...loopKernels,
    ...gateKernels(machine),
    ...rowMapKernels(machine),
    ...windowKernels(machine),
    ...moveKernels(machine),
    ...productKernels(machine),
    ...mapKernels(machine),
    ...lossKernels(machine),
    ...updateKernels(machine),
  };
}

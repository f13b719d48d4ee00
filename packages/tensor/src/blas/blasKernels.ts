import type { Arena } from '../arena.js';
import { deferring } from '../deferred/deferring.js';
import type { Kernels } from '../kernels/kernels.js';
import { compiledModule } from '../wasm/module.js';
import { SecondThread } from '../wasm/secondThread.js';
import { wasmKernelsWith } from '../wasm/wasmKernels.js';
import { blasLibrary } from './blasLibrary.js';
import { blasProduct } from './blasProduct.js';
import { sgemmInParts } from './sgemmInParts.js';

/**
 * The wasm kernels, with products of matrices through the BLAS of this machine: several times as fast on minibatches of
 * wide layers. What multiplies or learns from one example stays in WebAssembly, but updates of large weights by single
 * examples wait and are one product (`deferring`).
 *
 * Which bits come out is the library's affair, and so is the number of its threads: all cores, unless OPENBLAS_NUM_THREADS,
 * MKL_NUM_THREADS or the like says otherwise. For two threads of OpenBLAS two of ours take over, each of which calls it for
 * half of a product; as with `wasm-2-threads` they share large weights where one example is multiplied.
 *
 * @throws {OptionError} when the arena does not hold float32 numbers, or koffi or a BLAS is not there.
 */
export function blasKernels(arena: Arena): Kernels {
  const library = blasLibrary();
  const kernels = wasmKernelsWith('blas', arena, (exports) => {
    const sgemm = sgemmInParts(arena.memory, library.sgemm);
    const second = library.isShared
      ? new SecondThread(compiledModule('wasm'), arena, { ...exports, sgemm })
      : undefined;
    return { second, product: blasProduct(arena, exports, sgemm, library.unpacked, second) };
  });
  return deferring(kernels, { blockSize: 48, minWeightSize: 2 ** 17, minDensity: 0.4 });
}

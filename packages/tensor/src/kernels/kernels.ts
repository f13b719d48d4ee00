import type { Arena } from '../arena.js';
import type { LoopKernels } from '../loops/loopKernels.js';
import type { Tensor } from '../tensor.js';
import type { DeferredWeight } from './deferredWeight.js';
import type { LossKernels } from './losses.js';
import type { MapKernels } from './maps.js';
import type { MoveKernels } from './moves.js';
import type { ProductKernels } from './products.js';
import type { UpdateKernels } from './updates.js';

/** Names of the implementations. */
export type KernelsName = 'reference' | 'wasm' | 'wasm-relaxed' | 'wasm-2-threads' | 'blas';

/**
 * All arithmetic on tensors, behind one interface of families. A kernel is *bound* to its tensors once, and answers
 * the function that computes: what can be decided from shapes and strides is decided then, so a step of training is a
 * list of calls without arguments. Boxes bind kernels; they never index arrays.
 *
 * Tensors passed in are cells of this arena. Shapes have been checked by the caller.
 */
export interface Kernels
  extends MoveKernels,
    ProductKernels,
    MapKernels,
    LossKernels,
    UpdateKernels,
    LoopKernels {
  readonly name: KernelsName;
  readonly arena: Arena;
  /**
   * Lets updates of a weight wait from now on, where that pays. It must then be read by `affine`, `matmul`, `penalty` and the
   * kernels that update it, and by nobody else.
   */
  defer?(weight: Tensor): DeferredWeight | undefined;
}

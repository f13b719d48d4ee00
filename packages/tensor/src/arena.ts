import ndarray from 'ndarray';
import { OptionError } from './errors.js';
import { expectLengths, type Shape, sizeOf } from './shape.js';
import type { DType, Labels, Tensor } from './tensor.js';

const PAGE = 65_536;
/** The last page is left out: an address one past the end of a tensor must not wrap to 0. */
const MAX_PAGES = 65_535;
/** A cache line: SIMD loads are aligned, and no two tensors share a line. */
const ALIGNMENT = 64;

/** A shared `WebAssembly.Memory`, by what it is read for. */
export interface SharedMemory {
  readonly buffer: ArrayBufferLike;
}

/**
 * The one memory of a model. Tensors are cut from it and never given back: the memory goes when the model goes.
 *
 * It is a shared `WebAssembly.Memory`, so growing it detaches no view, kernels address it directly and worker threads
 * can see it.
 */
export interface Arena {
  readonly dtype: DType;
  readonly memory: SharedMemory;
  /** Bytes handed out so far. */
  readonly used: number;
  /** A new tensor of zeros. */
  tensor(shape: Shape): Tensor;
  /** New class indices, all 0: shape [batch]. */
  labels(batch: number): Labels;
}

/**
 * A new, empty memory for tensors of one dtype.
 *
 * @throws {OptionError} when the system grants no more addresses; by `tensor` and `labels`, when the model outgrows the
 *   4 GiB that WebAssembly can address; {ShapeError} by both, on a length that is not a whole number from 0.
 * @example
 * const memory = arena('float32');
 * const weight = memory.tensor([784, 10]); // zeros, at an address that kernels know
 * weight.set(0, 0, 0.5);
 */
export function arena(dtype: DType): Arena {
  const memory = reserve();
  const bytesPerElement = dtype === 'float32' ? 4 : 8;
  let used = ALIGNMENT;

  function allocate(bytes: number): number {
    const start = used;
    const end = Math.ceil((start + bytes) / ALIGNMENT) * ALIGNMENT;
    const missing = Math.ceil((end - memory.buffer.byteLength) / PAGE);
    if (missing > 0) {
      try {
        memory.grow(missing);
      } catch (cause) {
        throw new OptionError(
          `model memory: expected at most 4 GiB, needs ${(end / 2 ** 30).toFixed(1)} GiB; use smaller layers or a smaller batchSize`,
          { cause },
        );
      }
    }
    used = end;
    return start;
  }

  return {
    dtype,
    memory,
    get used() {
      return used;
    },
    tensor(shape) {
      expectLengths('tensor shape', shape);
      const size = sizeOf(shape);
      const start = allocate(size * bytesPerElement);
      const data =
        dtype === 'float32'
          ? new Float32Array(memory.buffer, start, size)
          : new Float64Array(memory.buffer, start, size);
      return ndarray(data, [...shape]);
    },
    labels(batch) {
      expectLengths('labels shape', [batch]);
      // Growing makes a new buffer: it is read after.
      const start = allocate(batch * 4);
      return ndarray(new Int32Array(memory.buffer, start, batch), [batch]);
    },
  };
}

/** Addresses for all that the memory may ever hold are taken at once; pages only as they are used. */
function reserve(): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: 2, maximum: MAX_PAGES, shared: true });
  } catch (cause) {
    throw new OptionError(
      'model memory: expected 4 GiB of addresses, the system grants no more; let go of models, or raise the limit (ulimit -v)',
      { cause },
    );
  }
}

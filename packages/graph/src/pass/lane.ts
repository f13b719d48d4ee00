import { labels, sizeOf, type Tensor, tensor } from '@fluxion/tensor';
import type { BuiltGraph } from '../model/builtGraph.js';
import type { Cells } from './passCells.js';
import { PassMemory } from './passMemory.js';

/** Tensors are cut so that each begins on a cache line. */
const LINE = 64;

/**
 * Memory for one pass at a time, of any batch size: passes of different sizes lay out their cells over each other, so
 * what the model holds is bounded by the largest, however many sizes there are. It grows by at least half of itself.
 */
export class Lane {
  readonly #model: BuiltGraph;
  readonly #giveBack: () => void;
  readonly #chunks: Tensor['data'][] = [];
  /** What was bound, by batch size. */
  readonly #memories = new Map<number, PassMemory>();

  /** @param giveBack is given this lane when its pass is over */
  constructor(model: BuiltGraph, giveBack: (lane: Lane) => void) {
    this.#model = model;
    this.#giveBack = () => giveBack(this);
  }

  /** The memory of a pass over so many examples. */
  memory(batchSize: number): PassMemory {
    let memory = this.#memories.get(batchSize);
    if (memory === undefined) {
      memory = new PassMemory(this.#model, batchSize, this.#layout(), this.#giveBack);
      this.#memories.set(batchSize, memory);
    }
    return memory;
  }

  /** Cells from the beginning of the lane on. */
  #layout(): Cells {
    const chunks = this.#chunks;
    const { arena } = this.#model.kernels;
    let at = 0;
    let used = 0;
    const cut = (size: number): Tensor['data'] => {
      for (; at < chunks.length; at++, used = 0) {
        const chunk = chunks[at] as Tensor['data'];
        if (used + size > chunk.length) continue;
        const cell = chunk.subarray(used, used + size);
        const line = LINE / chunk.BYTES_PER_ELEMENT;
        used += Math.ceil(size / line) * line;
        return cell;
      }
      const held = chunks.reduce((sum, { length }) => sum + length, 0);
      chunks.push(arena.tensor([Math.max(size, Math.ceil(held / 2))]).data);
      return cut(size);
    };
    return {
      tensor: (shape) => tensor(cut(sizeOf(shape)), shape),
      indices(shape) {
        const { buffer, byteOffset } = cut(sizeOf(shape));
        return labels(new Int32Array(buffer, byteOffset, sizeOf(shape)), shape);
      },
    };
  }
}

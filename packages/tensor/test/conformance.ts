import { readFileSync } from 'node:fs';
import ndarray from 'ndarray';
import { expect } from 'vitest';
import { type Arena, arena } from '../src/arena.js';
import { hasBlas } from '../src/blas/blasLibrary.js';
import { createKernels } from '../src/createKernels.js';
import type { Kernels, KernelsName } from '../src/kernels/kernels.js';
import type { Sink } from '../src/kernels/run.js';
import { type Random, random } from '../src/random.js';
import { type Shape, sizeOf } from '../src/shape.js';
import { elements, type Labels, type Tensor } from '../src/tensor.js';

/**
 * Every implementation against the reference kernels in float64, on the same numbers: odd sizes, gaps between rows,
 * transposed operands, sinks that hold NaN. Memory around each tensor must stay as it was.
 */

const SENTINEL = 12_345;
export type Layout = 'contiguous' | 'apart' | 'transposed' | 'backwards';

/** Makes the tensors of one scenario, the same for every implementation, each amid sentinels. */
export class Cells {
  readonly outputs: Tensor[] = [];
  readonly #arena: Arena;
  readonly #random: Random;
  readonly #parents: { parent: Tensor; inside: Uint8Array }[] = [];
  #drawn = 0;

  constructor(arena: Arena, seed: number) {
    this.#arena = arena;
    this.#random = random(seed, 'conformance');
  }

  /** Numbers in [−1, 1), and that share of zeros. */
  input(shape: Shape, layout: Layout = 'contiguous', zeros = 1 / 3): Tensor {
    return this.#filled(shape, layout, (u) => (u < zeros ? 0 : 1 - (2 * (1 - u)) / (1 - zeros)));
  }

  /** Numbers in (0, 1]. */
  positive(shape: Shape): Tensor {
    return this.#filled(shape, 'contiguous', (u) => 1 - u);
  }

  /** Numbers in (2, 3], compared afterwards: means of squares, far above the squares of means. */
  squares(shape: Shape): Tensor {
    return this.#watched(this.#filled(shape, 'contiguous', (u) => 3 - u));
  }

  /** A tensor whose values are compared afterwards. */
  inOut(shape: Shape): Tensor {
    return this.#watched(this.input(shape));
  }

  output(shape: Shape, layout: Layout = 'contiguous'): Tensor {
    return this.#watched(this.#filled(shape, layout, () => Number.NaN));
  }

  /** NaN where it is to be overwritten, numbers where it is to be added to. */
  sink(shape: Shape, beta: 0 | 1, layout: Layout = 'contiguous'): Sink {
    return {
      tensor: beta === 0 ? this.output(shape, layout) : this.#watched(this.input(shape, layout)),
      beta,
    };
  }

  labels(batch: number, classes: number): Labels {
    const labels = this.#arena.labels(batch);
    for (let i = 0; i < batch; i++) labels.set(i, Math.floor(this.#uniform() * classes));
    return labels;
  }

  bytes(length: number): Uint8Array {
    const { data } = this.#arena.tensor([length]);
    const bytes = new Uint8Array(data.buffer, data.byteOffset, length);
    for (let i = 0; i < length; i++) bytes[i] = 256 * this.#uniform();
    return bytes;
  }

  /** Numbers that lie around the tensors and are no longer the sentinel. */
  overwritten(): number {
    return this.#parents.reduce((count, { parent, inside }) => {
      const data = elements(parent);
      let outside = 0;
      for (let i = 0; i < data.length; i++) if (inside[i] === 0 && data[i] !== SENTINEL) outside++;
      return count + outside;
    }, 0);
  }

  #uniform(): number {
    return this.#random.uniform(this.#drawn++);
  }

  #filled(shape: Shape, layout: Layout, value: (uniform: number) => number): Tensor {
    const view = this.#view(shape, layout);
    const index = shape.map(() => 0);
    for (let i = 0; i < view.size; i++) {
      view.set(...index, Math.fround(value(this.#uniform())));
      for (let axis = shape.length - 1; axis >= 0; axis--) {
        if (++index[axis] < shape[axis]) break;
        index[axis] = 0;
      }
    }
    return view;
  }

  #view(shape: Shape, layout: Layout): Tensor {
    if (layout === 'backwards') return this.#view(shape, 'apart').step(-1, 1);
    if (layout === 'transposed') return this.#view(shape.toReversed(), 'apart').transpose(1, 0);
    const gap = layout === 'apart' ? 3 : 0;
    const columns = shape.at(-1) ?? 1;
    const rows = columns === 0 ? 0 : sizeOf(shape) / columns;
    const parent = this.#arena.tensor([rows * (columns + gap) + 9]);
    parent.data.fill(SENTINEL);
    const stride = shape.map((_, axis) => {
      const within = sizeOf(shape.slice(axis + 1));
      return axis === shape.length - 1 ? 1 : within + (within / Math.max(columns, 1)) * gap;
    });
    const view = ndarray(parent.data, [...shape], stride, 5);
    const inside = new Uint8Array(parent.size);
    for (let i = 0; i < rows; i++) inside.fill(1, 5 + i * (columns + gap), 5 + i * (columns + gap) + columns);
    this.#parents.push({ parent, inside });
    return view;
  }

  #watched(tensor: Tensor): Tensor {
    this.outputs.push(tensor);
    return tensor;
  }
}

/** Binds kernels to cells and runs them; a number answered is compared too. */
export type Scenario = (kernels: Kernels, cells: Cells) => unknown;

export function results(
  name: KernelsName,
  dtype: 'float32' | 'float64',
  seed: number,
  scenario: Scenario,
): number[] {
  const memory = arena(dtype);
  const cells = new Cells(memory, seed);
  const answer = scenario(createKernels(name, memory), cells);
  expect(cells.overwritten(), 'numbers overwritten around the tensors').toBe(0);
  return [
    ...cells.outputs.flatMap((output) => [...elements(output)]),
    ...(typeof answer === 'number' ? [answer] : []),
  ];
}

export function expectSame(name: KernelsName, seed: number, scenario: Scenario, tolerance: number): void {
  const expected = results('reference', 'float64', seed, scenario);
  const actual = results(name, 'float32', seed, scenario);
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, i) => {
    const right = expected[i];
    if (Object.is(value, right) || value === right) return;
    const error = Math.abs(value - right) / Math.max(1, Math.abs(right));
    if (!(error <= tolerance)) throw new Error(`element ${i}: expected ${right}, got ${value}`);
  });
}

/** Whether this Node has the instructions of the relaxed build. */
function hasRelaxedSimd(): boolean {
  return WebAssembly.validate(readFileSync(new URL('../dist/kernels-relaxed.wasm', import.meta.url)));
}

export const implementations: KernelsName[] = [
  'wasm',
  ...(hasRelaxedSimd() ? (['wasm-relaxed'] as const) : []),
  ...(hasBlas() ? (['blas'] as const) : []),
];

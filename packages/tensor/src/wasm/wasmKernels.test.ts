import { readFileSync } from 'node:fs';
import ndarray from 'ndarray';
import { describe, expect, it } from 'vitest';
import { arena } from '../arena.js';
import { OptionError, ShapeError } from '../errors.js';
import { tensor } from '../tensor.js';
import { relaxedWasmKernels, wasmKernels } from './wasmKernels.js';

const memory = arena('float32');
const kernels = wasmKernels(memory);

describe('wasmKernels', () => {
  it('works out an affine map and its update by hand', () => {
    const input = memory.tensor([1, 2]);
    const weight = memory.tensor([2, 3]);
    const bias = memory.tensor([3]);
    const output = memory.tensor([1, 3]);
    input.data.set([2, 0]);
    weight.data.set([1, 2, 3, 4, 5, 6]);
    bias.data.set([10, 20, 30]);

    kernels.affine(input, weight, bias, output)();
    expect([...output.data]).toEqual([12, 24, 36]);

    kernels.sgd(weight, { form: 'factored', pairs: [{ input, dOutput: output }] }, { l1: 0, l2: 0 })(0.25, 1);
    expect([...weight.data]).toEqual([-5, -10, -15, 4, 5, 6]);
  });

  it('gives each row of a minibatch the bits that it has alone, forward through a weight of fewer than 2¹⁶', () => {
    const input = memory.tensor([5, 40]);
    const weight = memory.tensor([40, 23]);
    for (const { data } of [input, weight]) data.forEach((_, i) => data.fill(Math.sin(i * 1.7), i));
    const together = memory.tensor([5, 23]);
    const alone = memory.tensor([1, 23]);
    kernels.matmul(input, weight, { tensor: together, beta: 0 })();
    for (let i = 0; i < 5; i++) {
      kernels.matmul(input.hi(i + 1).lo(i), weight, { tensor: alone, beta: 0 })();
      expect([...alone.data]).toEqual([...together.data.subarray(i * 23, i * 23 + 23)]);
    }
  });

  it.each(['rows', 'columns'])(
    'leaves out what is zero with the bits that tiles give, B contiguous by %s',
    (by) => {
      const a = memory.tensor([37, 300]);
      const b = by === 'rows' ? memory.tensor([300, 70]) : memory.tensor([70, 300]).transpose(1, 0);
      a.data.forEach((_, i) => a.data.fill(Math.max(Math.sin(i * 1.7), 0), i));
      b.data.forEach((_, i) => b.data.fill(Math.sin(i * 2.3), i));
      // A matrix contiguous neither way always goes to the tiles.
      const gaps = memory.tensor([37, 600]).step(1, 2);
      for (let i = 0; i < 37; i++) for (let p = 0; p < 300; p++) gaps.set(i, p, a.get(i, p));
      const [sparse, tiled] = [memory.tensor([37, 70]), memory.tensor([37, 70])];

      kernels.matmul(a, b, { tensor: sparse, beta: 0 })();
      kernels.matmul(gaps, b, { tensor: tiled, beta: 0 })();
      expect(sparse.data).toEqual(tiled.data);
      expect(tiled.data.every((value) => value !== 0)).toBe(true);

      b.set(0, 0, Number.POSITIVE_INFINITY);
      a.set(0, 0, 0);
      gaps.set(0, 0, 0);
      kernels.matmul(a, b, { tensor: sparse, beta: 0 })();
      kernels.matmul(gaps, b, { tensor: tiled, beta: 0 })();
      expect([sparse.get(0, 0), tiled.get(0, 0)].map(Number.isNaN), 'only tiles take 0·∞').toEqual([
        false,
        true,
      ]);
    },
  );

  it('takes no account of infinite weights whose input is zero', () => {
    const weight = memory.tensor([2, 1]);
    weight.data.set([3, Number.POSITIVE_INFINITY]);
    const input = memory.tensor([1, 2]);
    input.data.set([2, 0]);
    const output = memory.tensor([1, 1]);
    kernels.affine(input, weight, memory.tensor([1]), output)();
    expect(output.get(0, 0)).toBe(6);
  });

  it('refuses an arena of float64', () => {
    expect(() => wasmKernels(arena('float64'))).toThrow(
      new OptionError(
        "kernels 'wasm': expected an arena of float32, got float64; use arena('float32') or kernels 'reference'",
      ),
    );
  });

  it('has relaxed arithmetic where Node has, and says what to do where it has not', () => {
    const module = readFileSync(new URL('../../dist/kernels-relaxed.wasm', import.meta.url));
    if (WebAssembly.validate(module)) {
      expect(relaxedWasmKernels(arena('float32')).name).toBe('wasm-relaxed');
      return;
    }
    expect(() => relaxedWasmKernels(arena('float32'))).toThrow(
      new OptionError(
        `kernels 'wasm-relaxed': expected a Node whose WebAssembly has relaxed SIMD, got ${process.version}; use kernels 'wasm', Node 22 or newer, or node --experimental-wasm-relaxed-simd`,
      ),
    );
  });

  it('refuses tensors of another memory', () => {
    expect(() => kernels.scale(tensor([1, 2]))).toThrow(
      new OptionError(
        "scale: expected float32 numbers, got float64; use an arena('float32') or kernels 'reference'",
      ),
    );
    expect(() => kernels.scale(tensor(new Float32Array(2)))).toThrow(
      new OptionError(
        "scale: expected a tensor of the kernels' arena, got one outside; take it from arena.tensor",
      ),
    );
  });

  it('leaves out what is zero in the gradients of a weight with the bits that tiles give', () => {
    const [examples, fanIn, fanOut] = [40, 130, 71];
    const input = memory.tensor([examples, fanIn]);
    const gaps = memory.tensor([fanIn, 2 * examples]).step(1, 2);
    for (let i = 0; i < examples; i++) {
      for (let j = 0; j < fanIn; j++) {
        input.set(i, j, Math.sin((i * fanIn + j) * 1.7));
        gaps.set(j, i, input.get(i, j));
      }
    }
    const dOutput = memory.tensor([examples, fanOut]);
    dOutput.data.forEach((_, i) => dOutput.data.fill(Math.max(Math.sin(i * 2.3) - 0.8, 0), i));
    const [sparse, tiled] = [memory.tensor([fanIn, fanOut]), memory.tensor([fanIn, fanOut])];
    for (const { data } of [sparse, tiled]) data.forEach((_, i) => data.fill(Math.cos(i), i));

    kernels.matmul(input.transpose(1, 0), dOutput, { tensor: sparse, beta: 1 }, -0.3)();
    kernels.matmul(gaps, dOutput, { tensor: tiled, beta: 1 }, -0.3)();
    expect(sparse.data).toEqual(tiled.data);

    // Which way it went is seen where a zero meets an infinite input.
    input.set(0, 0, Number.POSITIVE_INFINITY);
    dOutput.set(0, 0, 0);
    kernels.matmul(input.transpose(1, 0), dOutput, { tensor: sparse, beta: 0 })();
    expect(Number.isFinite(sparse.get(0, 0))).toBe(true);
  });

  it('refuses gaps that a kernel cannot walk', () => {
    const square = memory.tensor([4, 4]);
    expect(() => kernels.scale(square.transpose(1, 0))).toThrow(
      new ShapeError(
        'scale: expected a contiguous tensor, got shape [4, 4] with strides [1, 4]; copy it into a tensor of its own',
      ),
    );
    expect(() => kernels.elementwise('relu', square.transpose(1, 0), square)).toThrow(
      new ShapeError(
        'relu: expected contiguous rows, got shape [4, 4] with strides [1, 4]; copy it into a tensor of its own',
      ),
    );
    const uneven = ndarray(square.data, [2, 2, 2], [8, 3, 1], square.offset);
    expect(() => kernels.softmax(uneven, uneven)).toThrow(
      new ShapeError(
        'softmax input: expected rows at equal distances, got shape [2, 2, 2] with strides [8, 3, 1]; copy it into a tensor of its own',
      ),
    );
    expect(() => kernels.matmul(memory.tensor([4]), square, { tensor: square, beta: 0 })).toThrow(
      new ShapeError('matmul a: expected a matrix, got shape [4]; reshape it'),
    );
  });
});

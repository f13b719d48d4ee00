import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cells, expectSame, implementations, type Scenario } from '../../test/conformance.js';
import { arena } from '../arena.js';
import type { Windows } from '../loops/windows.js';
import { type Tensor, tensor } from '../tensor.js';
import { wasmKernels } from './wasmKernels.js';

/** Pictures and windows over them that fit, and how many there are. */
interface Case {
  readonly shape: readonly [batch: number, height: number, width: number, channels: number];
  readonly windows: Windows;
  readonly output: readonly [number, number];
}

const side = fc.record({
  length: fc.integer({ min: 1, max: 9 }),
  kernel: fc.integer({ min: 1, max: 4 }),
  stride: fc.integer({ min: 1, max: 3 }),
  padding: fc.integer({ min: 0, max: 3 }),
  dilation: fc.integer({ min: 1, max: 2 }),
});

const cases: fc.Arbitrary<Case> = fc
  .tuple(fc.constantFrom(0, 1, 2, 5), side, side, fc.constantFrom(1, 2, 3, 4, 5, 8, 11))
  .map(([batch, down, across, channels]): Case => {
    const both = <K extends keyof typeof down>(key: K) => [down[key], across[key]] as const;
    const count = ({ length, kernel, stride, padding, dilation }: typeof down) =>
      Math.floor((length + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1;
    return {
      shape: [batch, down.length, across.length, channels],
      windows: {
        kernel: both('kernel'),
        stride: both('stride'),
        padding: both('padding'),
        dilation: both('dilation'),
      },
      output: [count(down), count(across)],
    };
  })
  .filter(({ output }) => output.every((count) => count > 0));

const seed = fc.nat(0xffff);
const units = fc.constantFrom(1, 3, 4, 8, 13, 32);
const beta = fc.constantFrom(0 as const, 1 as const);
/** Channels that lie beside the ones in question, as those of other groups. */
const beside = fc.constantFrom(0, 3);

/** Some channels of a tensor that has more. */
function channelsOf(view: Tensor, count: number): Tensor {
  const leading = view.shape.slice(0, -1);
  const first = (view.shape.at(-1) as number) - count;
  return view.lo(...leading.map(() => 0), first).hi(...leading, count);
}

/** A weight whose columns are contiguous. */
function transposed(cells: Cells, { shape }: Tensor): Tensor {
  return cells.input(shape.toReversed()).transpose(1, 0);
}

describe.each(implementations)('%s kernels of windows equal the reference', (name) => {
  const check = (run: (given: Case, more: { units: number; beta: 0 | 1; beside: number }) => Scenario) =>
    fc.assert(
      fc.property(seed, cases, units, beta, beside, (seed, given, units, beta, beside) => {
        expectSame(name, seed, run(given, { units, beta, beside }), 2e-5);
      }),
    );
  const parts = (cells: Cells, { shape, windows, output }: Case, units: number, beside: number) => {
    const [batch, height, width, channels] = shape;
    const size = windows.kernel[0] * windows.kernel[1] * channels;
    return {
      pictures: channelsOf(cells.input([batch, height, width, channels + beside]), channels),
      weight: channelsOf(cells.input([size, units + beside]), units),
      values: channelsOf(cells.input([batch, ...output, units + beside]), units),
    };
  };

  it('convolveAffine and convolve', () => {
    check((given, { units, beta, beside }) => (k, c) => {
      const { pictures, weight } = parts(c, given, units, beside);
      const output = () => channelsOf(c.inOut([given.shape[0], ...given.output, units + beside]), units);
      k.convolveAffine(pictures, given.windows, weight, c.input([units]), output())();
      k.convolve(pictures, given.windows, transposed(c, weight), { tensor: output(), beta })();
    });
  });

  it('convolveWeightGradient, also of a transposed weight', () => {
    check((given, { units, beta, beside }) => (k, c) => {
      const { pictures, values, weight } = parts(c, given, units, beside);
      const size = weight.shape[0] as number;
      const sinks = [
        channelsOf(c.inOut([size, units + beside]), units),
        channelsOf(c.inOut([units, size + beside]), size).transpose(1, 0),
      ];
      for (const tensor of sinks)
        k.convolveWeightGradient(pictures, given.windows, values, { tensor, beta })();
    });
  });

  it('convolvePictureGradient', () => {
    check((given, { units, beta, beside }) => (k, c) => {
      const { weight, values } = parts(c, given, units, beside);
      const [batch, height, width, channels] = given.shape;
      const tensor = channelsOf(c.inOut([batch, height, width, channels + beside]), channels);
      k.convolvePictureGradient(values, given.windows, weight, { tensor, beta })();
    });
  });

  it('a convolution of more windows than are unfolded at a time, and of pixels by themselves', () => {
    for (const kernel of [
      [5, 5],
      [1, 1],
    ] as const) {
      const given: Case = {
        shape: [3, 44, 41, 8],
        windows: { kernel, stride: [1, 1], padding: [0, 0], dilation: [1, 1] },
        output: [44 - kernel[0] + 1, 41 - kernel[1] + 1],
      };
      const scenario: Scenario = (k, c) => {
        const { pictures, weight, values } = parts(c, given, 6, 0);
        k.convolveAffine(pictures, given.windows, weight, c.input([6]), c.output([3, ...given.output, 6]))();
        k.convolveWeightGradient(pictures, given.windows, values, c.sink([...weight.shape], 0))();
        k.convolvePictureGradient(values, given.windows, weight, c.sink([...given.shape], 0))();
      };
      expectSame(name, 1, scenario, 2e-4);
    }
  });

  it('maxPool and its gradient', () => {
    check(({ shape, windows, output }, { beta }) => (k, c) => {
      const all = [shape[0], ...output, shape[3]];
      const offsets = c.output(all);
      k.maxPool(c.input([...shape]), windows, c.output(all), offsets)();
      k.maxPoolGradient(offsets, c.input(all), c.sink([...shape], beta))();
    });
  });

  it('averagePool and its gradient', () => {
    check(({ shape, windows, output }, { beta }) => (k, c) => {
      const all = [shape[0], ...output, shape[3]];
      k.averagePool(c.input([...shape]), windows, c.output(all))();
      k.averagePoolGradient(c.input(all), windows, c.sink([...shape], beta))();
    });
  });
});

it('the largest of a window is NaN where there is one, and the first where several are', () => {
  const memory = arena('float32');
  const input = memory.tensor([1, 1, 8, 1]);
  input.data.set([1, Number.NaN, 2, 3, 4, 4, Number.NaN, Number.NaN]);
  const [output, offsets] = [memory.tensor([1, 1, 4, 1]), memory.tensor([1, 1, 4, 1])];
  const windows: Windows = { kernel: [1, 2], stride: [1, 2], padding: [0, 0], dilation: [1, 1] };
  wasmKernels(memory).maxPool(input, windows, output, offsets)();
  expect([...output.data]).toEqual([Number.NaN, 3, 4, Number.NaN]);
  expect([...offsets.data]).toEqual([1, 3, 4, 6]);
});

it('a picture at the very end of the memory is convolved without reading beyond it', () => {
  const memory = arena('float32');
  const kernels = wasmKernels(memory);
  const [weight, bias, output] = [memory.tensor([9, 1]), memory.tensor([1]), memory.tensor([1, 1, 1, 1])];
  weight.data.fill(1);
  const windows: Windows = { kernel: [3, 3], stride: [1, 1], padding: [0, 0], dilation: [1, 1] };
  const bind = (pictures: Tensor) => kernels.convolveAffine(pictures, windows, weight, bias, output);
  bind(memory.tensor([1, 3, 3, 1]))();
  const { buffer } = memory.memory;
  const last = new Float32Array(buffer, buffer.byteLength - 36, 9).fill(2);
  bind(tensor(last, [1, 3, 3, 1]))();
  expect(memory.memory.buffer.byteLength).toBe(buffer.byteLength);
  expect(output.get(0, 0, 0, 0)).toBe(18);
});

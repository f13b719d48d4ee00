import { readFileSync } from 'node:fs';
import { arena, elements, referenceKernels, type Shape, tensor } from '@fluxion/tensor';
import { expect, it } from 'vitest';

/** What PyTorch's grid_sample computed: see tools/fixtures/pictures.py. */
const { shape, maps, pictures, dOutput, expected } = JSON.parse(
  readFileSync(new URL('pictures.json', import.meta.url), 'utf8'),
) as {
  readonly shape: Shape;
  readonly maps: readonly (readonly number[])[];
  readonly pictures: readonly number[];
  readonly dOutput: readonly number[];
  readonly expected: { readonly output: readonly number[]; readonly dInput: readonly number[] };
};

it('pictures that are mirrored, moved or turned are those of PyTorch, and so are their gradients', () => {
  const memory = arena('float64');
  const kernels = referenceKernels(memory);
  const of = tensor(maps.flat(), [maps.length, 6]);
  const [moved, gradient] = [memory.tensor(shape), memory.tensor(shape)];
  kernels.resample(tensor(pictures, shape), of, { tensor: moved, beta: 0 })();
  kernels.resampleGradient(tensor(dOutput, shape), of, { tensor: gradient, beta: 0 })();
  elements(moved).forEach((value, i) => expect(value).toBeCloseTo(expected.output[i], 12));
  elements(gradient).forEach((value, i) => expect(value).toBeCloseTo(expected.dInput[i], 12));
});

import { type Tensor, tensor } from '@fluxion/tensor';

/** The angle t / 10000^(2i/size) of each step t and pair i of `size` numbers, [length, ⌈size / 2⌉]. */
export function positionAngles(length: number, size: number): Tensor {
  const pairs = Math.ceil(size / 2);
  const angles = Float64Array.from(
    { length: length * pairs },
    (_, at) => Math.floor(at / pairs) / 10_000 ** ((2 * (at % pairs)) / size),
  );
  return tensor(angles, [length, pairs]);
}

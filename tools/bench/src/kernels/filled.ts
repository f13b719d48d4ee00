import { type Arena, random, type Tensor } from '@fluxion/tensor';

/** A tensor of numbers in [−½, ½), of which a share is zero. */
export function filled(memory: Arena, shape: readonly number[], zeros = 0): Tensor {
  const tensor = memory.tensor(shape);
  const numbers = random(1, 'bench');
  for (let i = 0; i < tensor.size; i++) {
    tensor.data[i] = numbers.uniform(2 * i) < zeros ? 0 : numbers.uniform(2 * i + 1) - 0.5;
  }
  return tensor;
}

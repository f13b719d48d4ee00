import { expectShape, reshape, type Shape, type Tensor } from '@fluxion/tensor';

/** All places of each example as one axis: [batch, places, channels]. */
export function byPlaces(view: Tensor): Tensor {
  const [batch, ...shape] = view.shape as [number, ...number[]];
  const places = shape.slice(0, -1).reduce((product, length) => product * length, 1);
  return reshape(view, [batch, places, shape.at(-1) as number]);
}

/**
 * The channels of an example.
 *
 * @throws {ShapeError} when it is a single number.
 */
export function channelsShape(example: Shape, where: string): Shape {
  if (example.length === 0) expectShape(`${where} input`, ['channels'], example, 'give it a vector');
  return example.slice(-1);
}

import { expectShape, type Shape } from '@fluxion/tensor';

/**
 * @param features what errors call the numbers of a step
 * @throws {ShapeError} when an example is no sequence of vectors [length, features]; it says what would make one of a list.
 */
export function expectSequence(example: Shape, where: string, features: 'channels' | 'features'): void {
  const [length, ...others] = example;
  const isList = length !== undefined && others.length === 0;
  const how = isList ? `, as embedding() makes of indices and reshapeTo([${length}, 1]) of numbers` : '';
  expectShape(where, ['length', features], example, `give it a sequence of vectors${how}`);
}

import { expectShape, type Shape } from '@fluxion/tensor';

/** @throws {ShapeError} when an example of the output is not a vector. */
export function expectVector(outputShape: Shape, where: string): void {
  expectShape(where, ['units'], outputShape, 'put flatten() at the end of the graph');
}

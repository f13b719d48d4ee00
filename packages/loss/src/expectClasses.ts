import { expectShape, type Shape } from '@fluxion/tensor';

/** @throws {ShapeError} when an example of the output is not a vector with one element per class. */
export function expectClasses(outputShape: Shape, where: string): void {
  expectShape(where, ['classes'], outputShape, 'end the graph with linear(number of classes)');
}

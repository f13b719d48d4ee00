import { expectShape, type Shape } from '@fluxion/tensor';

/**
 * The one shape that all children have.
 *
 * @throws {ShapeError} when they differ.
 */
export function expectEqualShapes(shapes: readonly Shape[], where: string): Shape {
  const [first = []] = shapes;
  shapes.forEach((shape, i) => {
    expectShape(`${where} child ${i + 1}`, first, shape, 'give its children one shape');
  });
  return first;
}

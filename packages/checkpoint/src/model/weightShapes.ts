import { inspect } from 'node:util';
import { type BoxDefinitions, type GraphDescription, inferShapes } from '@fluxion/graph';
import { OptionError, type Shape } from '@fluxion/tensor';

/**
 * The shape of each parameter and state that a graph will have, by name, found without building it: what a file asks for is
 * compared with what it brings before memory is taken for it. Of what `graphFromJson` reads, building refuses no more.
 *
 * @throws {OptionError} on a cycle, a dangling name, an option that a box has not, or one that makes a length which is no
 *   positive integer.
 * @throws {ShapeError} when a box does not fit its children.
 */
export function weightShapes(
  description: GraphDescription,
  definitions: BoxDefinitions,
): ReadonlyMap<string, Shape> {
  const shapes = new Map<string, Shape>();
  for (const { name, description: box, shape, parameters, states } of inferShapes(description, definitions)) {
    const where = `${box.kind} '${name}'`;
    expectLengths(shape, where);
    for (const [short, { shape }] of Object.entries({ ...parameters, ...states })) {
      shapes.set(`${name}.${short}`, expectLengths(shape, `${where} ${short}`));
    }
  }
  return shapes;
}

function expectLengths(shape: Shape, where: string): Shape {
  if (!shape.every((length) => Number.isSafeInteger(length) && length > 0)) {
    throw new OptionError(
      `${where}: expected a shape of positive integers, got [${shape.map((length) => inspect(length)).join(', ')}]; correct the box's options`,
    );
  }
  return shape;
}

import { inspect } from 'node:util';
import {
  type BoxDefinition,
  type BoxDefinitions,
  expectBoxOptions,
  type GraphDescription,
  type PlacedBox,
  topologicalOrder,
} from '@fluxion/graph';
import { OptionError, type Shape } from '@fluxion/tensor';

/**
 * The shape of each parameter that a graph will have, by name, found without building it: what a file asks for is
 * compared with what it brings before memory is taken for it. Of what `graphFromJson` reads, building refuses no more.
 *
 * @throws {OptionError} on a cycle, a dangling name, an option that a box has not, or one that makes a length which is no
 *   positive integer.
 * @throws {ShapeError} when a box does not fit its children.
 */
export function parameterShapes(
  description: GraphDescription,
  definitions: BoxDefinitions,
): ReadonlyMap<string, Shape> {
  const shapes = new Map<string, Shape>(Object.entries(description.inputs));
  const parameters = new Map<string, Shape>();
  for (const name of topologicalOrder(description)) {
    const box = description.boxes[name] as PlacedBox;
    const definition = definitions[box.kind] as BoxDefinition;
    const where = `${box.kind} '${name}'`;
    expectBoxOptions(where, box, definition);
    const childShapes = box.children.map((child) => shapes.get(child) as Shape);
    shapes.set(name, expectLengths(definition.outputShape(box, childShapes, where), where));
    for (const [short, { shape }] of Object.entries(definition.parameters?.(box, childShapes) ?? {})) {
      parameters.set(`${name}.${short}`, expectLengths(shape, `${where} ${short}`));
    }
  }
  return parameters;
}

function expectLengths(shape: Shape, where: string): Shape {
  if (!shape.every((length) => Number.isSafeInteger(length) && length > 0)) {
    throw new OptionError(
      `${where}: expected a shape of positive integers, got [${shape.map((length) => inspect(length)).join(', ')}]; correct the box's options`,
    );
  }
  return shape;
}

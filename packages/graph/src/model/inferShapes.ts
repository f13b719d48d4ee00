import { expectNames, formatShape, OptionError, type Shape } from '@fluxion/tensor';
import type {
  BoxDefinition,
  BoxDefinitions,
  ParameterDescription,
  StateDescription,
} from '../box/boxDefinition.js';
import { type GraphDescription, inputOptions, type PlacedBox } from '../description/graphDescription.js';
import { topologicalOrder } from '../description/topologicalOrder.js';

/** What is known of a box before it is built. */
export interface InferredBox {
  readonly name: string;
  readonly description: PlacedBox;
  readonly definition: BoxDefinition;
  /** Shapes of one example of its children, and of its own value. */
  readonly childShapes: readonly Shape[];
  readonly shape: Shape;
  /** Its parameters and states by their short names: weight, bias, mean. */
  readonly parameters: Readonly<Record<string, ParameterDescription>>;
  readonly states: Readonly<Record<string, StateDescription>>;
  /** Name of the input whose mask its value carries, if any. */
  readonly mask: string | undefined;
}

/** What is known of an input or a box as a child. */
interface Value {
  readonly shape: Shape;
  readonly indices?: number | undefined;
  readonly mask?: string | undefined;
}

/**
 * The boxes of a graph in the order of fprop, with the shapes of their values, parameters and states, found without taking
 * memory for any.
 *
 * @throws {OptionError} on a cycle, a dangling name, an unknown kind or option, a wrong number of children, indices where
 *   numbers are wanted or the other way round, a mask that a box does not respect; {ShapeError} when a box does not fit its
 *   children.
 * @example
 * const [hidden] = inferShapes(model.description, boxes);
 * hidden?.parameters.weight?.shape; // [784, 100]
 */
export function inferShapes(
  description: GraphDescription,
  definitions: BoxDefinitions,
): readonly InferredBox[] {
  const values = new Map<string, Value>();
  for (const [name, input] of Object.entries(description.inputs)) {
    const { shape, indices, masked } = inputOptions(input);
    values.set(name, { shape, indices, mask: masked ? name : undefined });
  }
  return topologicalOrder(description).map((name) => {
    const box = inferBox(name, description.boxes[name] as PlacedBox, definitions, values);
    values.set(name, box);
    return box;
  });
}

function inferBox(
  name: string,
  description: PlacedBox,
  definitions: BoxDefinitions,
  values: ReadonlyMap<string, Value>,
): InferredBox {
  const where = `${description.kind} '${name}'`;
  const definition = Object.hasOwn(definitions, description.kind)
    ? (definitions[description.kind] as BoxDefinition)
    : undefined;
  if (definition === undefined) {
    throw new OptionError(
      `box '${name}' kind: expected one of ${Object.keys(definitions).join(', ')}, got '${description.kind}'; add it to definitions`,
    );
  }
  expectBoxOptions(where, description, definition);
  const count = description.children.length;
  if (definition.children === 'oneOrMore' ? count < 1 : count !== definition.children) {
    throw new OptionError(
      `${where} children: expected ${definition.children === 'oneOrMore' ? 'one or more' : definition.children}, got ${count}; name its children`,
    );
  }
  const children = description.children.map((child) => values.get(child) as Value);
  expectIndices(where, description, definition, children);
  const mask = maskOf(where, description, definition, children);
  const childShapes = children.map(({ shape }) => shape);
  const shape = definition.outputShape(description, childShapes, where);
  const length = mask === undefined ? undefined : values.get(mask)?.shape[0];
  if (length !== undefined && shape[0] !== length) {
    throw new OptionError(
      `${where}: expected to keep the ${length} steps of the masked input '${mask}', got an output of ${formatShape(shape)}; give it a sequence of vectors, or leave out 'masked'`,
    );
  }
  const indices = children.map((child) => child.indices);
  const parameters = definition.parameters?.(description, childShapes, indices) ?? {};
  const states = definition.states?.(description, childShapes) ?? {};
  return { name, description, definition, childShapes, shape, parameters, states, mask };
}

/**
 * Refuses options in a description that its kind of box does not have.
 *
 * @param where the box, for the error: `linear 'hidden'`
 * @throws {OptionError} naming the option and those that there are.
 */
function expectBoxOptions(where: string, description: PlacedBox, { options }: BoxDefinition): void {
  if (options !== undefined) {
    expectNames(where, description, ['kind', 'name', 'frozen', 'children', ...options]);
  }
}

function expectIndices(
  where: string,
  { children: names }: PlacedBox,
  { indexChildren = [] }: BoxDefinition,
  children: readonly Value[],
): void {
  children.forEach(({ indices }, place) => {
    const wanted = indexChildren.includes(place);
    if (wanted === (indices !== undefined)) return;
    throw new OptionError(
      wanted
        ? `${where} child ${place + 1}: expected an input of indices, got numbers of '${names[place]}'; declare the input as { shape, indices }`
        : `${where} child ${place + 1}: expected numbers, got the indices of '${names[place]}'; put embedding() between`,
    );
  });
}

/** The input whose mask the box's value carries. */
function maskOf(
  where: string,
  description: PlacedBox,
  definition: BoxDefinition,
  children: readonly Value[],
): string | undefined {
  const masks = new Set(children.flatMap(({ mask }) => mask ?? []));
  if (masks.size === 0) return undefined;
  const rule = definition.mask?.(description);
  const [mask] = masks;
  if (rule === undefined) {
    throw new OptionError(
      `${where}: expected children without a mask, got that of input '${mask}', which ${description.kind} would take for data; end it before, as by lastStep() or mean(), or leave out 'masked'`,
    );
  }
  if (rule === 'keeps' && masks.size > 1) {
    throw new OptionError(
      `${where}: expected children of one mask, got those of ${[...masks].join(', ')}; join sequences of the same input`,
    );
  }
  return rule === 'keeps' ? mask : rule === 'keepsFirst' ? children[0]?.mask : undefined;
}

import { OptionError, random, type Shape } from '@fluxion/tensor';
import type { BoxDefinition, ParameterDescription } from './box.js';
import { expectBoxOptions } from './expectBoxOptions.js';
import type { FlowGraph } from './flowGraph.js';
import type { PlacedBox } from './graphDescription.js';
import type { Parameter } from './parameter.js';

/** A box in a built graph. */
export interface Box {
  readonly name: string;
  readonly description: PlacedBox;
  readonly definition: BoxDefinition;
  /** Shape of one example's value. */
  readonly shape: Shape;
  /** Its parameters by their short names: weight, bias. */
  readonly parameters: ReadonlyMap<string, BoxParameter>;
}

/** A parameter of a box, and how its bprop leaves the gradient. */
type BoxParameter = MutableParameter & Pick<ParameterDescription, 'gradient'>;

type MutableParameter = { -readonly [K in keyof Parameter]: Parameter[K] };

/**
 * Builds a box of a graph: its definition found, its shape inferred, its parameters initialised, each from random numbers of
 * its own name.
 *
 * @param shapes of one example of every input and box below it, by name
 * @throws {OptionError} on an unknown kind or option, or a wrong number of children; {ShapeError} when it does not fit them.
 */
export function buildBox(
  { definitions, kernels, seed }: Pick<FlowGraph, 'definitions' | 'kernels' | 'seed'>,
  name: string,
  description: PlacedBox,
  shapes: ReadonlyMap<string, Shape>,
): Box {
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
  const childShapes = description.children.map((child) => shapes.get(child) as Shape);
  const shape = definition.outputShape(description, childShapes, where);
  const parameters = new Map<string, BoxParameter>();
  for (const [short, wanted] of Object.entries(definition.parameters?.(description, childShapes) ?? {})) {
    const value = kernels.arena.tensor(wanted.shape);
    wanted.initializer(value.data, wanted.shape, random(seed, `${name}.${short}`));
    parameters.set(short, {
      name: `${name}.${short}`,
      value,
      regularized: wanted.regularized,
      frozen: description.frozen ?? false,
      gradient: wanted.gradient,
    });
  }
  return { name, description, definition, shape, parameters };
}

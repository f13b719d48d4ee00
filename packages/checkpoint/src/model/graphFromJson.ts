import type {
  BoxDefinition,
  BoxDefinitions,
  GraphDescription,
  InputDescription,
  PlacedBox,
} from '@fluxion/graph';
import type { JsonValue } from '../json/jsonValue.js';

/**
 * The graph that a JSON file describes. Inputs, kinds, children and outputs are checked here, with their place in the
 * file; the options of a box by its definition, when the graph is built.
 *
 * @throws {CheckpointError} saying where in the JSON.
 */
export function graphFromJson(json: JsonValue, definitions: BoxDefinitions): GraphDescription {
  json.only('inputs', 'boxes', 'outputs');
  return {
    inputs: mapMembers(json.field('inputs'), inputFromJson),
    boxes: mapMembers(json.field('boxes'), (box) => placedBox(box, definitions)),
    outputs: strings(json.field('outputs')),
  };
}

function inputFromJson(json: JsonValue): InputDescription {
  if (Array.isArray(json.value)) return lengths(json);
  json.only('shape', 'indices', 'masked');
  const indices = json.optional('indices')?.integer(1);
  const masked = json.optional('masked')?.boolean();
  return {
    shape: lengths(json.field('shape')),
    ...(indices !== undefined && { indices }),
    ...(masked !== undefined && { masked }),
  };
}

function lengths(json: JsonValue): readonly number[] {
  return json.array().map((length) => length.integer(1));
}

function placedBox(box: JsonValue, definitions: BoxDefinitions): PlacedBox {
  const kind = box.field('kind').oneOf(Object.keys(definitions));
  const children = strings(box.field('children'));
  const { children: count } = definitions[kind] as BoxDefinition;
  if (count === 'oneOrMore' ? children.length === 0 : children.length !== count) {
    throw box.field('children').refuse(`${count === 'oneOrMore' ? 'one or more' : count} for ${kind}`);
  }
  box.optional('name')?.string();
  box.optional('frozen')?.boolean();
  return { ...(box.value as object), kind, children };
}

function strings(json: JsonValue): readonly string[] {
  return json.array().map((item) => item.string());
}

function mapMembers<T>(json: JsonValue, read: (member: JsonValue) => T): Readonly<Record<string, T>> {
  return Object.fromEntries([...json.members()].map(([name, member]) => [name, read(member)]));
}

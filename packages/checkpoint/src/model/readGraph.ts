import type { BoxDefinitions, GraphDescription } from '@fluxion/graph';
import { readJson } from '../json/readJson.js';
import { expectDefinitions } from './expectDefinitions.js';
import { graphFromJson } from './graphFromJson.js';

/**
 * Reads the description of a graph from a JSON file, as someone writes it by hand.
 *
 * Format   `{ "inputs": { "image": [784] }, "boxes": { "logits": { "kind": "linear", "units": 10,
 *          "children": ["image"] } }, "outputs": ["logits"] }`
 *
 * @param definitions boxes by kind
 * @throws {CheckpointError} saying where in the JSON. Options of boxes, cycles and shapes are checked when the graph is
 *   built.
 * @example
 * const model = graph(await readGraph('graph.json', boxes), { seed: 1 });
 */
export async function readGraph(path: string, definitions: BoxDefinitions): Promise<GraphDescription> {
  expectDefinitions('readGraph definitions', definitions);
  return graphFromJson(await readJson(path), definitions);
}

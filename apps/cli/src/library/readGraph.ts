import { readGraph as readGraphWith } from '@fluxion/checkpoint';
import type { BoxDefinitions, GraphDescription } from '@fluxion/graph';
import { boxes } from '@fluxion/layers';

/**
 * Reads the description of a graph from a JSON file, as someone writes it by hand.
 *
 * Format   `{ "inputs": { "image": [784] }, "boxes": { "logits": { "kind": "linear", "units": 10,
 *          "children": ["image"] } }, "outputs": ["logits"] }`
 *
 * @param definitions boxes by kind. Default: those of Fluxion
 * @throws {CheckpointError} saying where in the JSON. Options of boxes, cycles and shapes are checked when the graph is
 *   built.
 * @example
 * const model = graph(await readGraph('graph.json'), { seed: 1 });
 */
export function readGraph(path: string, definitions: BoxDefinitions = boxes): Promise<GraphDescription> {
  return readGraphWith(path, definitions);
}

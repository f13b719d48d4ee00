import { reshape, type Tensor } from '@fluxion/tensor';
import type { Box } from '../model/buildBox.js';

/** An input of the example at hand and of those that most likely come next, up to so many, where they are known. */
export type Ahead = (input: string, examples: number) => Tensor | undefined;

/**
 * Shows the coming inputs to the weights that multiply them.
 *
 * @param inputs the cells of the graph's inputs
 */
export function lookAhead(
  boxes: readonly Box[],
  inputs: ReadonlyMap<string, Tensor>,
): (ahead: Ahead | undefined) => void {
  // An input in another shape has the same numbers.
  const sources = new Map([...inputs].map(([name, input]) => [name, { name, input }]));
  const weights = boxes.flatMap(({ name, description, definition, parameters }) => {
    const source = sources.get(description.children[0] as string);
    if (source === undefined) return [];
    if (definition.reshapes === true) sources.set(name, source);
    // Of a sequence, a step is what it multiplies, not the example.
    return [...parameters.values()].flatMap(({ deferred, value }) =>
      deferred !== undefined && value.shape[0] === source.input.size ? [{ deferred, ...source }] : [],
    );
  });
  return (ahead) => {
    for (const { deferred, name, input } of weights) {
      const wanted = deferred.inputsWanted(input);
      const known = wanted > 0 ? ahead?.(name, wanted) : undefined;
      if (known === undefined) continue;
      const [examples] = known.shape as [number];
      deferred.lookAhead(known.dimension === 2 ? known : reshape(known, [examples, known.size / examples]));
    }
  };
}

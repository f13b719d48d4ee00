import { reshape, type Tensor } from '@fluxion/tensor';
import type { Box } from '../model/buildBox.js';

/** An input of the example at hand and of those that most likely come next, up to so many, where they are known. */
export type Ahead = (input: string, examples: number) => Tensor | undefined;

/** Shows the coming inputs to the weights that multiply them. */
export function lookAhead(
  boxes: readonly Box[],
  inputs: ReadonlyMap<string, Tensor>,
): (ahead: Ahead) => void {
  const weights = boxes.flatMap(({ description, parameters }) => {
    const name = description.children[0] as string;
    const input = inputs.get(name);
    if (input === undefined) return [];
    // Of a sequence, a step is what it multiplies, not the example.
    return [...parameters.values()].flatMap(({ deferred, value }) =>
      deferred !== undefined && value.shape[0] === input.size ? [{ deferred, name, input }] : [],
    );
  });
  return (ahead) => {
    for (const { deferred, name, input } of weights) {
      const wanted = deferred.inputsWanted(input);
      const known = wanted > 0 ? ahead(name, wanted) : undefined;
      if (known === undefined) continue;
      const [examples] = known.shape as [number];
      deferred.lookAhead(reshape(known, [examples, known.size / examples]));
    }
  };
}

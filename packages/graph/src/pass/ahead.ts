import { reshape, type Tensor } from '@fluxion/tensor';
import type { Box } from '../model/buildBox.js';
import type { Given } from './cell.js';

/** The inputs of the example at hand and of those that most likely come next, up to so many, where they are known. */
export type Ahead = (examples: number) => Given | undefined;

/** Shows the coming inputs to the weights that multiply them. */
export function lookAhead(boxes: readonly Box[], inputs: readonly string[]): (ahead: Ahead) => void {
  const weights = boxes.flatMap(({ description, parameters }) => {
    const input = description.children[0] as string;
    if (!inputs.includes(input)) return [];
    return [...parameters.values()].flatMap(({ deferred }) => (deferred ? [{ deferred, input }] : []));
  });
  return (ahead) => {
    for (const { deferred, input } of weights) {
      const { wanted } = deferred;
      const known = wanted > 0 ? ahead(wanted)?.[input] : undefined;
      if (known === undefined) continue;
      const [examples] = known.shape as [number];
      deferred.lookAhead(reshape(known as Tensor, [examples, known.size / examples]));
    }
  };
}

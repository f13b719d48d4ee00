import { createHash } from 'node:crypto';
import type { FlowGraph } from '@fluxion/graph';
import { elements, OptionError, type Savable, type Saved } from '@fluxion/tensor';

/**
 * What tells the model that a service began with from any other of the same graph: a hash of its weights. Saved with what has
 * been learned since, so that nobody who trains a new model is served the old one.
 */
export function originOf(model: FlowGraph): Savable {
  const hash = createHash('sha256');
  for (const part of [...model.parameters, ...model.states]) hash.update(elements(model.valueOf(part)));
  const sha256 = hash.digest('hex');
  return {
    save: () => ({ kind: 'origin', options: { sha256 }, tensors: new Map() }),
    restore({ options }: Saved) {
      if (options.sha256 === sha256) return;
      throw new OptionError(
        'serve: expected the model that the checkpoints go on from, got one with other weights; serve that one, or give the new one another directory of checkpoints',
      );
    },
  };
}

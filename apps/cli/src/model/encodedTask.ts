import type { Encoder, Target } from '@fluxion/data';
import { CheckpointError } from '@fluxion/tensor';
import { lossByName } from './lossFor.js';
import type { OutputAbout } from './modelAbout.js';
import type { Task, TaskOutput } from './task.js';

/**
 * The task of a model that an encoder feeds.
 *
 * @param outputs which box predicts which target, and with what loss
 * @param classWeights what an example counts, by label of its class, for the one target
 * @throws {CheckpointError} when the encoder has no such target.
 */
export function encodedTask(
  encoder: Encoder,
  outputs: readonly OutputAbout[],
  classWeights?: readonly number[],
): Task {
  return {
    examples: (targets) => ({ encoder, targets }),
    columns: encoder.columns,
    leftOut: encoder.leftOut,
    outputs: outputs.map(({ output, target, loss }): TaskOutput => {
      const found = encoder.targets[target];
      if (found === undefined) {
        const known = Object.keys(encoder.targets).join(', ');
        throw new CheckpointError(
          `model.json, about.outputs: expected targets of the encoder, ${known}, got '${target}'`,
        );
      }
      const own = lossByName(loss);
      const weighted = classWeights === undefined ? own : { ...own, classWeights };
      return { output, columns: [target], loss: weighted, ...meaningOf(found) };
    }),
  };
}

function meaningOf(target: Target): Pick<TaskOutput, 'classes' | 'names' | 'mean' | 'deviation' | 'isLog'> {
  if (target.kind === 'number') {
    const { mean, deviation, isLog } = target;
    return { mean, deviation, isLog };
  }
  return { classes: target.classes.length, names: target.classes, mean: 0, deviation: 1 };
}

import { inputOptions } from '@fluxion/graph';
import { type ModelEncoder, OptionError, type Saved, sameShape } from '@fluxion/tensor';
import { ENCODER_FILE } from './modelFiles.js';
import type { ModelFile } from './readModelFile.js';
import { readTensors } from './readTensors.js';
import { savedFromJson } from './savedFromJson.js';

/**
 * The encoder that was saved with a model, if one was.
 *
 * @throws {CheckpointError} when it cannot be restored, or is of other inputs than the graph's; {OptionError} when nobody
 *   can restore it.
 */
export async function readEncoder<Encoder extends ModelEncoder>(
  folder: string,
  { encoder: json, graph }: ModelFile,
  restoreEncoder: ((saved: Saved) => Encoder) | undefined,
): Promise<Encoder | undefined> {
  if (json === undefined) return undefined;
  if (restoreEncoder === undefined) {
    throw new OptionError(
      `${folder}: expected the option restoreEncoder, for the model was saved with an encoder; give restoreEncoder of @fluxion/data`,
    );
  }
  const tensors = await readTensors(folder, ENCODER_FILE);
  const saved = savedFromJson(json.only('kind', 'options'), tensors);
  let encoder: Encoder;
  try {
    encoder = restoreEncoder(saved);
  } catch (cause) {
    throw json.refuse(`an encoder that can be restored (${(cause as Error).message})`, undefined, cause);
  }
  const fits = Object.entries(encoder.inputs).every(([name, given]) => {
    const input = Object.hasOwn(graph.inputs, name) ? graph.inputs[name] : undefined;
    if (input === undefined) return false;
    const [own, other] = [inputOptions(input), inputOptions(given)];
    return sameShape(own.shape, other.shape) && own.indices === other.indices;
  });
  if (!fits) throw json.refuse('an encoder of the inputs of the graph');
  return encoder;
}

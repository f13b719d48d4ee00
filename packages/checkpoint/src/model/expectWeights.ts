import { CheckpointError, type DType, formatShape, type Shape, sameShape } from '@fluxion/tensor';
import type { SafetensorsFile } from '../safetensors/openSafetensors.js';
import type { SafetensorsDType } from '../safetensors/safetensorsHeader.js';
import { MODEL_FILE } from './modelFiles.js';

/** How safetensors name each dtype. */
const stored: Readonly<Record<DType, SafetensorsDType>> = { float32: 'F32', float64: 'F64' };

/**
 * Refuses weights that are not of the graph: their names, shapes and dtype. Lists every difference.
 *
 * @throws {CheckpointError} naming the file and the tensors.
 */
export function expectWeights(
  { entries, path }: SafetensorsFile,
  shapes: ReadonlyMap<string, Shape>,
  dtype: DType,
): void {
  const differences: string[] = [];
  for (const [name, shape] of shapes) {
    const entry = entries.get(name);
    const wanted = `${stored[dtype]} ${formatShape(shape)}`;
    if (entry === undefined) differences.push(`no '${name}' ${wanted}`);
    else if (entry.dtype !== stored[dtype] || !sameShape(entry.shape, shape)) {
      differences.push(`'${name}' ${entry.dtype} ${formatShape(entry.shape)} in place of ${wanted}`);
    }
  }
  for (const [name, entry] of entries) {
    if (!shapes.has(name)) differences.push(`'${name}' ${entry.dtype} ${formatShape(entry.shape)} besides`);
  }
  if (differences.length > 0) {
    const more = differences.length > 10 ? ` and ${differences.length - 10} more` : '';
    throw new CheckpointError(
      `${path}: expected the parameters of the graph in ${MODEL_FILE}, got ${differences.slice(0, 10).join(', ')}${more}; put back the weights that were saved with it`,
    );
  }
}

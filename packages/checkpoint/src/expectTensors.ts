import { CheckpointError, type DType, formatShape, type Shape, sameShape } from '@fluxion/tensor';
import type { SafetensorsFile } from './openSafetensors.js';
import type { SafetensorsDType } from './safetensorsHeader.js';

/** How safetensors name each dtype. */
const stored: Readonly<Record<DType, SafetensorsDType>> = { float32: 'F32', float64: 'F64' };

/**
 * Refuses a file whose tensors have not these names, shapes and dtype, and lists every difference.
 *
 * @param expected what they are, for the error, and which file to put back
 * @throws {CheckpointError} naming the file and the tensors.
 */
export function expectTensors(
  { entries }: SafetensorsFile,
  file: string,
  shapes: ReadonlyMap<string, Shape>,
  dtype: DType,
  expected: { readonly what: string; readonly fix: string },
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
      `${file}: expected ${expected.what}, got ${differences.slice(0, 10).join(', ')}${more}; ${expected.fix}`,
    );
  }
}

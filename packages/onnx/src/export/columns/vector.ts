import { elements, type Tensor } from '@fluxion/tensor';
import type { ColumnWriter, SavedColumn } from '../columnWriter.js';

/** Writes lists of numbers: times a factor, or standardized together. */
export function vector(write: ColumnWriter, input: string, { encoding, memory }: SavedColumn): string {
  if (typeof encoding.scale === 'number') return write.add('Mul', [input, write.floats([encoding.scale])]);
  const [count = 0, mean = 0, squares = 0] = elements(memory.scaling as Tensor);
  const deviation = Math.sqrt(squares / count);
  const factor = deviation > 0 ? 1 / deviation : 0;
  const centred = write.add('Sub', [input, write.floats([mean])]);
  return write.add('Mul', [centred, write.floats([factor])]);
}

import { CheckpointError, type DType, elements, indexAt, type Tensor } from '@fluxion/tensor';

/**
 * Refuses numbers that no model can compute with.
 *
 * @param dtype of the model: float32 holds numbers up to 3.4e38
 * @throws {CheckpointError} naming the file, the tensor and the index of the first such number.
 */
export function expectFinite(tensor: Tensor, name: string, file: string, dtype: DType): void {
  const values = elements(tensor);
  const round = dtype === 'float32' ? Math.fround : Number;
  const place = values.findIndex((value) => !Number.isFinite(round(value)));
  if (place === -1) return;
  const value = values[place] as number;
  const [expected, fix] = Number.isFinite(value)
    ? ['numbers within the range of float32', "load it with dtype: 'float64'"]
    : ['finite numbers', 'go back to a model from before it diverged'];
  throw new CheckpointError(
    `${file}: tensor '${name}'[${indexAt(place, tensor.shape).join(', ')}]: expected ${expected}, got ${value}; ${fix}`,
  );
}

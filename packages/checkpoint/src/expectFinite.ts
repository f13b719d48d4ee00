import { CheckpointError, elements, indexAt, type Tensor } from '@fluxion/tensor';

/**
 * Refuses numbers that no model can compute with.
 *
 * @throws {CheckpointError} naming the file, the tensor and the index of the first that is not finite.
 */
export function expectFinite(tensor: Tensor, name: string, file: string): void {
  const values = elements(tensor);
  const place = values.findIndex((value) => !Number.isFinite(value));
  if (place === -1) return;
  throw new CheckpointError(
    `${file}: tensor '${name}'[${indexAt(place, tensor.shape).join(', ')}]: expected finite numbers, got ${values[place]}; go back to a model from before it diverged`,
  );
}

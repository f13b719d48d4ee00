import { DataError, type Shape, sizeOf } from '@fluxion/tensor';

/** @throws {DataError} with the row of the minibatch, on a target outside [0, 1]. */
export function expectProbabilities(targets: ArrayLike<number>, outputShape: Shape): void {
  for (let i = 0; i < targets.length; i++) {
    const target = targets[i] as number;
    if (!(target >= 0 && target <= 1)) {
      throw new DataError(
        `target: expected a number from 0 to 1, got ${target}; scale the targets, or use squaredError()`,
        { row: Math.floor(i / sizeOf(outputShape)) },
      );
    }
  }
}

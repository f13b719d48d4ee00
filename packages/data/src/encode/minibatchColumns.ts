import type { DType } from '@fluxion/tensor';
import type { MinibatchColumn } from './minibatchColumn.js';

/** What makes the tensors of all inputs and targets. */
export interface MinibatchColumns {
  readonly inputs: readonly MinibatchColumn[];
  readonly targets: readonly MinibatchColumn[];
  /** How much each example counts; absent where they all count 1. */
  readonly weights?: MinibatchColumn | undefined;
}

/** Size and precision of minibatches. */
export interface MinibatchOptions {
  readonly batchSize: number;
  readonly dtype: DType;
}

import type { Tensor } from '@fluxion/tensor';

/** What an optimizer has come to on a model, as plain data: all that it takes to go on, and so what a checkpoint keeps. */
export interface OptimizerProgress {
  readonly kind: string;
  /** The options that give the tensors their meaning: training goes on only under the same. */
  readonly options: Readonly<Record<string, number | boolean>>;
  /** Updates made so far. */
  readonly step: number;
  /** By parameter and name, as `linear1.weight.velocity`; none for a parameter that was never updated. */
  readonly tensors: ReadonlyMap<string, Tensor>;
}

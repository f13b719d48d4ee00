import type { ActivationName } from '../options/networkOptions.js';

/** What a network is and how it is trained, where the command line leaves it open. */
export interface Recipe {
  readonly hidden: readonly number[];
  readonly activation: ActivationName;
  readonly optimizer: 'sgd' | 'adam';
  readonly batchSize: number;
  /** λ of λ ΣW². */
  readonly l2: number;
  readonly epochs: number;
  /** Epochs without a better validation loss after which training stops. */
  readonly patience: number;
}

/** Updates that a small table is given, however few its rows. */
const UPDATES = 6000;

/**
 * Defaults that learn on tables of a hundred rows to millions; `npm run bench tables` compares them with scikit-learn's.
 * Small tables go through more epochs of smaller minibatches, so that there are enough updates; λ = 2/n is a Gaussian prior
 * of variance 1/4 on each weight, against n examples.
 *
 * @param rows to train on
 */
export function recipe(rows: number): Recipe {
  const batchSize = Math.min(256, Math.max(8, 2 ** Math.floor(Math.log2(Math.sqrt(rows) / 2))));
  const updates = Math.max(1, Math.ceil(rows / batchSize));
  const epochs = Math.min(200, Math.max(10, Math.ceil(UPDATES / updates)));
  return {
    hidden: [64],
    activation: 'relu',
    optimizer: 'adam',
    batchSize,
    l2: rows === 0 ? 0 : 2 / rows,
    epochs,
    patience: Math.max(5, Math.round(epochs / 5)),
  };
}

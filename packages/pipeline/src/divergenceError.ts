import { StateError } from '@fluxion/tensor';

/** The loss is no finite number, so an update would ruin the parameters; they are as the last good step left them. */
export class DivergenceError extends StateError {
  override name = 'DivergenceError';
  readonly loss: number;
  /** Examples since the subscription, the last one of this loss included. */
  readonly example: number;

  constructor(loss: number, example: number) {
    super(
      `update: expected a finite loss, got ${loss} at example ${example}; use a smaller learningRate, or look for inputs that are not finite or very large`,
    );
    this.loss = loss;
    this.example = example;
  }
}

import { NonFinitePredictionError } from '@fluxion/metrics';
import { StateError } from '@fluxion/tensor';

/**
 * The loss or a prediction is no finite number, so an update would ruin the parameters; they are as the last good step left
 * them.
 */
export class DivergenceError extends StateError {
  override name = 'DivergenceError';
  /** NaN where it was a prediction that told. */
  readonly loss: number;
  /** The prediction that told, as `prequential` or `validate` met it; undefined where it was the loss. */
  readonly prediction: number | undefined;
  /** Examples since the subscription, the last one of this loss included; of `prequential`, all that it has counted. */
  readonly example: number;

  /** @param where what has found it */
  constructor(
    where: string,
    found: { readonly loss: number } | { readonly prediction: number },
    example: number,
    options?: ErrorOptions,
  ) {
    const [[what, value] = []] = Object.entries(found);
    super(
      `${where}: expected a finite ${what}, got ${value} at example ${example}; use a smaller learningRate, or look for inputs that are not finite or very large`,
      options,
    );
    this.loss = 'loss' in found ? found.loss : Number.NaN;
    this.prediction = 'prediction' in found ? found.prediction : undefined;
    this.example = example;
  }
}

/** What an error of a metric is while a model is trained: predictions that are not finite are those of training that diverges. */
export function inTraining(where: string, error: unknown, example: number): unknown {
  if (!(error instanceof NonFinitePredictionError)) return error;
  const { metric, prediction } = error;
  return new DivergenceError(`${where} ${metric}`, { prediction }, example, { cause: error });
}

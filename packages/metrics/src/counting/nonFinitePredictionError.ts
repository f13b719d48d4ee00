import { DataError, type DataPlace } from '@fluxion/tensor';

/** A prediction is no finite number, so no metric can count it: an input is out of range, or the model has diverged. */
export class NonFinitePredictionError extends DataError {
  override name = 'NonFinitePredictionError';
  /** Kind of the metric. */
  readonly metric: string;
  readonly prediction: number;

  constructor(metric: string, prediction: number, place: DataPlace, options?: ErrorOptions) {
    super(
      `${metric} prediction: expected a finite number, got ${prediction}; look for inputs that are not finite or very large, or for a model that has diverged`,
      place,
      options,
    );
    this.metric = metric;
    this.prediction = prediction;
  }
}

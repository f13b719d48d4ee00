import type { Prediction } from '@fluxion/pipeline';

/** Writes predictions to a file, a minibatch at a time. */
export interface PredictionsWriter {
  write(prediction: Prediction): void;
  /** Ends what is written; nothing may come after it. */
  end(): void;
}

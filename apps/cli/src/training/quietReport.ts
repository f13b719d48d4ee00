import type { TrainingReport } from './trainingReport.js';

/** Says nothing. */
export const quietReport: TrainingReport = {
  start() {},
  progress() {},
  validating() {},
  epoch() {},
  end() {},
  clear() {},
};

import type { TrainingReport } from './trainingReport.js';

/** Says nothing. */
export const quietReport: TrainingReport = {
  start() {},
  resume() {},
  progress() {},
  validating() {},
  epoch() {},
  end() {},
  clear() {},
};

import { jsonLine } from '../jsonLine.js';
import type { TrainingReport } from './trainingReport.js';

/** An object a line: `epoch` after each epoch, `summary` at the end. */
export function jsonReport(output: { write(text: string): unknown }): TrainingReport {
  return {
    start() {},
    progress() {},
    validating() {},
    epoch({ epoch, examples, loss, seconds, validation }) {
      output.write(
        jsonLine({
          event: 'epoch',
          epoch,
          examples,
          loss,
          seconds,
          examplesPerSecond: examples / seconds,
          validation,
        }),
      );
    },
    end({ examples, epochs, loss, validation }, out) {
      output.write(jsonLine({ event: 'summary', examples, epochs, loss, validation, out }));
    },
    clear() {},
  };
}

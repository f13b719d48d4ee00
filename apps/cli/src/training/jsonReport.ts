import { jsonLine } from '../jsonLine.js';
import type { TrainingReport } from './trainingReport.js';

/** An object a line: `resume` where it goes on from a saved model, `epoch` after each epoch, `summary` at the end. */
export function jsonReport(output: { write(text: string): unknown }): TrainingReport {
  return {
    start() {},
    resume({ epochs, updates, anew }) {
      output.write(jsonLine({ event: 'resume', epochs, updates, anew }));
    },
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

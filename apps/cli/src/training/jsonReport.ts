import { mainOutput } from '../model/lossFor.js';
import { parameterCount } from '../model/modelSummary.js';
import { jsonLine } from '../output/jsonLine.js';
import type { TrainingReport } from './trainingReport.js';

/**
 * An object a line: `start`, `resume` where it goes on from a saved model, `epoch` after each epoch, `summary` at the end;
 * between them `warning`.
 */
export function jsonReport(output: { write(text: string): unknown }): TrainingReport {
  return {
    start({ model, columns: { rows, inputs, target, loss }, skipped }) {
      const columns = Object.entries(inputs).map(([name, { columns }]) => [name, columns] as const);
      output.write(
        jsonLine({
          event: 'start',
          examples: rows,
          inputs: Object.fromEntries(columns),
          skipped,
          target: target.columns,
          classes: target.kind === 'labels' ? (target.names ?? mainOutput(model).shape[0]) : undefined,
          loss,
          parameters: model.boxes.reduce((sum, box) => sum + parameterCount(box), 0),
        }),
      );
    },
    warn(text) {
      output.write(jsonLine({ event: 'warning', text }));
    },
    resume({ from: { epoch: epochs, row }, updates, anew }) {
      output.write(jsonLine({ event: 'resume', epochs, row, updates, anew }));
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
    end({ examples, epochs, loss, validation, stopped }, out) {
      output.write(
        jsonLine({
          ...{ event: 'summary', examples, epochs, loss, validation, out },
          stopped: stopped || undefined,
        }),
      );
    },
    clear() {},
  };
}

import { countParameters, targetsOf } from '../model/modelSummary.js';
import { jsonLine } from '../output/jsonLine.js';
import type { TrainingReport } from './trainingReport.js';

/**
 * An object a line: `plan`, `resume` where it goes on from a saved model, `epoch` after each epoch, `summary` at the end;
 * between them `warning`.
 */
export function jsonReport(output: { write(text: string): unknown }): TrainingReport {
  const say = (event: string, what: object): void => void output.write(jsonLine({ event, ...what }));
  return {
    start({ model, task, rows, validationRows, untargeted, choice }) {
      say('plan', {
        rows,
        ...(untargeted > 0 && { untargeted }),
        ...targetsOf(task),
        columns: task.columns.map(({ column, encoding, width }) => ({ column, encoding, width })),
        leftOut: task.leftOut,
        validation: { rows: validationRows ?? 0 },
        loss: task.outputs.map(({ loss }) => loss.kind).join(', '),
        parameters: countParameters(model),
        tried: choice?.trials.map(({ recipe: { hidden, l2 }, trainedWith, epochs, loss }) => ({
          trainedWith,
          hidden,
          l2,
          epochs,
          loss,
        })),
      });
    },
    warn(text) {
      say('warning', { text });
    },
    resume({ from: { epoch: epochs, row }, updates, startsOver }) {
      say('resume', { epochs, row, updates, startsOver });
    },
    progress() {},
    progressive(figures) {
      say('progressive', { ...figures });
    },
    validating() {},
    epoch({ epoch, examples, loss, seconds, training, validation }) {
      say('epoch', {
        epoch,
        examples,
        loss,
        seconds,
        examplesPerSecond: examples / seconds,
        training,
        validation,
      });
    },
    end({ examples, epochs, loss, validation, baseline, best, out, page, stopped, stoppedEarly }) {
      say('summary', {
        ...{ examples, epochs, loss, validation },
        baseline: baseline?.figures,
        bestEpoch: best?.epoch,
        out,
        report: page,
        stopped: stopped || undefined,
        stoppedEarly: stoppedEarly || undefined,
      });
    },
    clear() {},
  };
}

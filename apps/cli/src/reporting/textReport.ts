import type { LeftOutColumn } from '@fluxion/data';
import {
  formatCount,
  formatSeconds,
  formatSignificant,
  type Progress,
  type ProgressOutput,
  printLine,
  progressLine,
} from '@fluxion/terminal';
import { formatFigures } from '../measuring/figures.js';
import { modelSummary } from '../model/modelSummary.js';
import { WINDOW } from '../training/progressiveFigures.js';
import { isWithinEpoch } from '../training/trainingOrder.js';
import type { EpochProgress, TrainingReport } from './trainingReport.js';

/** Epochs up to which each has a line, and seconds from which one has it anyway. */
const LINES = 20;
const SLOW = 5;

/** Milliseconds without a word, after which a file or pipe is told how far an epoch has come. */
const SILENCE = 10_000;

/**
 * A line for each epoch that is over. On a terminal, the epoch under way has a line with a bar that moves; elsewhere,
 * only an epoch that takes long says now and then how far it is.
 *
 * @param epochs how many there will be
 * @param total examples in an epoch, where that is known
 */
export function textReport(
  output: ProgressOutput,
  epochs: number,
  total: number | undefined,
): TrainingReport {
  const line = progressLine(output);
  let spoken = performance.now();
  const label = (epoch: number): string => `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`;
  const print = (text: string): void => {
    if (output.isTTY) line.clear();
    printLine(output, text);
    spoken = performance.now();
  };
  const asProgress = ({ epoch, examples, seconds, loss }: EpochProgress): Progress => ({
    label: label(epoch),
    done: examples,
    total,
    seconds,
    loss,
  });
  return {
    start({ model, task, rows, trainingRows, validationRows, untargeted, choice, hints }) {
      print(modelSummary(model, task));
      if (validationRows && rows !== undefined && trainingRows !== undefined) {
        const isOwn = trainingRows === rows;
        print(
          isOwn
            ? `${counted(rows, 'row')} to train on, ${formatCount(validationRows)} of another table to validate`
            : `${counted(rows, 'row')}: ${formatCount(trainingRows)} to train on, ${formatCount(validationRows)} held out to validate`,
        );
      }
      if (untargeted > 0) print(untargetedText(untargeted));
      for (const [why, columns] of grouped(task.leftOut)) print(`left out: ${columns.join(', ')} (${why})`);
      const kinds = new Set(choice?.trials.map(({ trainedWith }) => trainedWith));
      for (const trial of choice?.trials ?? []) {
        const { epochs, loss, trainedWith } = trial;
        const { hidden, l2 } = trial.recipe;
        const by = kinds.size > 1 ? `${trainedWith}, ` : '';
        const units = hidden.length === 0 ? 'no hidden layer' : `${hidden.join(', ')} hidden units`;
        const chosen = trial === choice?.taken ? '  (taken)' : '';
        print(
          `tried ${by}${units}, l2 ${formatSignificant(l2, 2)}: cross-validated loss ${formatSignificant(loss, 4)} after ${counted(epochs, 'epoch')}${chosen}`,
        );
      }
      for (const hint of hints) print(hint);
    },
    warn(text) {
      print(`warning: ${text}`);
    },
    resume({ from, updates, startsOver }) {
      const place = isWithinEpoch(from)
        ? `in the middle of epoch ${from.epoch + 1}, after example ${formatCount(from.row)}`
        : `after ${counted(from.epoch, 'epoch')}`;
      print(
        startsOver === undefined
          ? `goes on ${place} and ${counted(updates, 'update')}`
          : `goes on ${place}; the optimizer starts over: ${startsOver}`,
      );
    },
    progress(progress) {
      if (!output.isTTY) {
        if (performance.now() - spoken < SILENCE) return;
        spoken = performance.now();
      }
      line.update(asProgress(progress));
    },
    progressive({ examples, all, window }) {
      const last = examples > WINDOW ? `  last ${formatCount(WINDOW)}: ${formatFigures(window)}` : '';
      print(`${formatCount(examples).padStart(11)} examples  ${formatFigures(all)}${last}`);
    },
    validating(progress) {
      if (!output.isTTY) return;
      line.clear();
      line.update({ ...asProgress(progress), label: `${label(progress.epoch)} validating` });
    },
    epoch({ epoch, examples, seconds, loss, validation }) {
      // Of many quick epochs only some are worth a line that stays.
      const isShown = epoch % Math.ceil(epochs / LINES) === 0 || epoch === 1 || seconds > SLOW;
      if (!isShown) return;
      const speed = formatCount(examples / seconds);
      const spent = `${formatCount(examples)} examples in ${formatSeconds(seconds)} (${speed}/s)`;
      const validated = validation === undefined ? '' : `  validation ${formatFigures(validation)}`;
      print(`${label(epoch)}  loss ${formatSignificant(loss, 4)}  ${spent}${validated}`);
    },
    end(result) {
      const {
        examples,
        epochs: finished,
        validation,
        baseline,
        best,
        isDecided,
        stopped,
        stoppedEarly,
      } = result;
      const { out, page } = result;
      if (stopped && finished < epochs) {
        print(`stopped in epoch ${finished + 1} of ${epochs}, after ${formatCount(examples)} examples`);
      }
      if (stoppedEarly) print(`stopped early: validation has not improved since epoch ${best?.epoch}`);
      if (validation !== undefined) {
        const why = isDecided ? 'the last, as cross-validation found' : 'the best';
        const kept = finished === 0 || best === undefined ? '' : `kept epoch ${best.epoch}, ${why}: `;
        print(`${kept}validation ${formatFigures(validation, 'all')}`);
      }
      if (baseline !== undefined)
        print(`baseline, ${baseline.rule}: ${formatFigures(baseline.figures, 'all')}`);
      if (page !== undefined) print(`report in ${page}`);
      if (out !== undefined) print(`saved in ${out}`);
      else if (epochs === 0) print('nothing trained and nothing saved: --epochs 0 without --out');
    },
    clear() {
      if (output.isTTY) line.clear();
    },
  };
}

function counted(count: number, what: string): string {
  return `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`;
}

/** That rows without a target are left out. */
export function untargetedText(rows: number): string {
  return rows === 1
    ? '1 row has no target and is left out'
    : `${formatCount(rows)} rows have no target and are left out`;
}

/** Columns by the reason why they are left out. */
function grouped(leftOut: readonly LeftOutColumn[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const { column, why } of leftOut) groups.set(why, [...(groups.get(why) ?? []), column]);
  return groups;
}

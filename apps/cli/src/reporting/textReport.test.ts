import { linear, sequential } from '@fluxion/layers';
import { describe, expect, it } from 'vitest';
import { columnTask } from '../columns/columnTask.js';
import type { Task } from '../model/task.js';
import { textReport } from './textReport.js';
import type { EpochProgress, Plan, TrainingResult } from './trainingReport.js';

/** What a terminal of this width, or a file, was sent; and what then stands there. */
function output(columns?: number): {
  isTTY: boolean;
  columns?: number;
  text: string;
  write(text: string): void;
  shown(): string[];
} {
  return {
    isTTY: columns !== undefined,
    ...(columns === undefined ? {} : { columns }),
    text: '',
    write(text) {
      this.text += text;
    },
    shown() {
      return this.text
        .split('\n')
        .map((line) => line.slice(line.lastIndexOf('\u001b[K') + 1).replace('[K', ''));
    },
  };
}

const model = sequential([linear(1)], { inputShape: [1] });
const task: Task = columnTask(
  {
    loss: 'squaredError',
    inputs: { input: { columns: ['x'], scale: 1 } },
    target: { columns: ['y'], kind: 'values', scale: 1 },
  },
  model,
  ['word'],
);
const plan: Plan = {
  model,
  task,
  rows: 1000,
  trainingRows: 1000,
  validationRows: undefined,
  untargeted: 0,
  choice: undefined,
  hints: [],
};
const result: TrainingResult = {
  ...{ examples: 1000, epochs: 1, loss: 0.25, validation: undefined, baseline: undefined, best: undefined },
  ...{ position: { epoch: 1, row: 0 }, isDecided: false, stopped: false, stoppedEarly: false },
  out: undefined,
  page: undefined,
};
const halfway: EpochProgress = { epoch: 1, examples: 500, seconds: 0.5, loss: 0.5 };
const whole = { epoch: 1, examples: 1000, seconds: 1, loss: 0.25, training: { loss: 0.25 } };

describe('textReport on a terminal', () => {
  it.each([42, 80, 120])('shows an epoch under way as one line with a bar, within %i columns', (columns) => {
    const terminal = output(columns);
    const report = textReport(terminal, 12, 1000);
    report.progress(halfway);
    const [line, ...others] = terminal.shown();
    expect(others).toEqual([]);
    expect(line).toMatch(/^epoch {2}1\/12 {2}━+─+ +50 % .*loss 0\.500/);
    expect(line?.length).toBeLessThan(columns);
  });

  it('shows speed and time left where there is room', () => {
    const terminal = output(120);
    textReport(terminal, 12, 1000).progress(halfway);
    expect(terminal.text).toContain('500 of 1,000  1,000/s  loss 0.500  0:01 left');
  });

  it('puts the result in the place of the bar', () => {
    const terminal = output(120);
    const report = textReport(terminal, 1, 1000);
    report.progress(halfway);
    report.validating(whole);
    expect(terminal.shown()[0]).toMatch(/^epoch 1\/1 validating {2}━+ {2}100 %/);
    report.epoch({ ...whole, validation: { loss: 0.1234567, accuracy: 0.95 } });
    report.end({ ...result, out: 'model' });
    expect(terminal.shown()).toEqual([
      'epoch 1/1  loss 0.2500  1,000 examples in 1.00 s (1,000/s)  validation loss 0.1235, accuracy 95.00 %',
      'saved in model',
      '',
    ]);
  });

  it('breaks a result between words where the terminal is narrow', () => {
    const terminal = output(40);
    const report = textReport(terminal, 1, 1000);
    report.start({ ...plan, task: { ...task, leftOut: [] } });
    report.epoch({ ...whole, validation: { loss: 0.1234567, accuracy: 0.95 } });
    expect(terminal.shown()).toEqual([
      'x [1] → y; 2 parameters, loss',
      '  squaredError',
      'epoch 1/1  loss 0.2500',
      '  1,000 examples in 1.00 s (1,000/s)',
      '  validation loss 0.1235, accuracy',
      '  95.00 %',
      '',
    ]);
  });

  it('takes the bar away before an error is told', () => {
    const terminal = output(80);
    const report = textReport(terminal, 1, 1000);
    report.progress(halfway);
    report.clear();
    expect(terminal.shown()).toEqual(['']);
  });
});

describe('textReport elsewhere', () => {
  it('has a line for each epoch and no control characters', () => {
    const file = output();
    const report = textReport(file, 2, 1000);
    report.start({ ...plan, rows: 1100, validationRows: 100, hints: ['a hint'] });
    report.warn('beware');
    for (const epoch of [1, 2]) {
      report.progress({ ...halfway, epoch });
      report.validating({ ...whole, epoch });
      report.epoch({ ...whole, epoch, validation: { loss: 0.5 } });
    }
    report.end({
      ...{
        ...result,
        examples: 2000,
        epochs: 2,
        validation: { loss: 0.5, rmse: 1 },
        best: { epoch: 1, loss: 0.5 },
      },
      ...{
        stoppedEarly: true,
        baseline: {
          rule: 'always the mean',
          answers: ['the mean'],
          figures: { loss: 2, rmse: 2 },
          gain: { mean: 1, standardError: 0.1 },
        },
      },
    });
    report.clear();
    expect(file.text).toBe(
      'x [1] → y; 2 parameters, loss squaredError\n' +
        '1,100 rows: 1,000 to train on, 100 held out to validate\n' +
        'left out: word (it holds no numbers)\n' +
        'a hint\n' +
        'warning: beware\n' +
        'epoch 1/2  loss 0.2500  1,000 examples in 1.00 s (1,000/s)  validation loss 0.5000\n' +
        'epoch 2/2  loss 0.2500  1,000 examples in 1.00 s (1,000/s)  validation loss 0.5000\n' +
        'stopped early: validation has not improved since epoch 1\n' +
        'kept epoch 1, the best: validation loss 0.5000, RMSE 1.000\n' +
        'baseline, always the mean: loss 2.000, RMSE 2.000\n',
    );
  });

  it('has some lines only of many quick epochs', () => {
    const file = output();
    const report = textReport(file, 60, 1000);
    for (let epoch = 1; epoch <= 60; epoch++) report.epoch({ ...whole, epoch, validation: undefined });
    expect(file.text.match(/^epoch +\d+/gm)?.map((line) => Number(line.slice(5)))).toEqual([
      1,
      ...Array.from({ length: 20 }, (_, i) => 3 * (i + 1)),
    ]);
  });

  it('says where training stopped', () => {
    const file = output();
    textReport(file, 3, 1000).end({ ...result, examples: 1234, stopped: true });
    expect(file.text).toBe('stopped in epoch 2 of 3, after 1,234 examples\n');
  });
});

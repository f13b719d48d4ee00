import { linear, sequential } from '@fluxion/layers';
import { describe, expect, it } from 'vitest';
import type { FoundColumns } from '../columns/findColumns.js';
import { textReport } from './textReport.js';
import type { EpochProgress } from './trainingReport.js';

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
const columns: FoundColumns = {
  loss: 'squaredError',
  inputs: { input: { columns: ['x'], scale: 1, shape: [1] } },
  target: { columns: ['y'], kind: 'values', scale: 1 },
  outputs: 1,
  emptyClasses: [],
  unused: ['word'],
  rows: 1000,
};
const halfway: EpochProgress = { epoch: 1, examples: 500, seconds: 0.5, loss: 0.5 };
const whole: EpochProgress = { epoch: 1, examples: 1000, seconds: 1, loss: 0.25 };

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
    report.end({ examples: 1000, epochs: 1, loss: 0.25, validation: undefined, stopped: false }, 'model');
    expect(terminal.shown()).toEqual([
      'epoch 1/1  loss 0.2500  1,000 examples in 1.00 s (1,000/s)  validation loss 0.1235, accuracy 95.00 %',
      'saved in model',
      '',
    ]);
  });

  it('breaks a result between words where the terminal is narrow', () => {
    const terminal = output(40);
    const report = textReport(terminal, 1, 1000);
    report.start({ model, columns, skipped: [], hints: [] });
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
    report.start({ model, columns, skipped: ['word'], hints: ['a hint'] });
    report.warn('beware');
    for (const epoch of [1, 2]) {
      report.progress({ ...halfway, epoch });
      report.validating({ ...whole, epoch });
      report.epoch({ ...whole, epoch, validation: { loss: 0.5 } });
    }
    report.end(
      { examples: 2000, epochs: 2, loss: 0.25, validation: { loss: 0.5 }, stopped: false },
      undefined,
    );
    report.clear();
    expect(file.text).toBe(
      'x [1] → y; 2 parameters, loss squaredError\n' +
        'left out, for they hold no numbers: word\n' +
        'a hint\n' +
        'warning: beware\n' +
        'epoch 1/2  loss 0.2500  1,000 examples in 1.00 s (1,000/s)  validation loss 0.5000\n' +
        'epoch 2/2  loss 0.2500  1,000 examples in 1.00 s (1,000/s)  validation loss 0.5000\n',
    );
  });

  it('says where training stopped', () => {
    const file = output();
    textReport(file, 3, 1000).end(
      { examples: 1234, epochs: 1, loss: 0.25, validation: undefined, stopped: true },
      undefined,
    );
    expect(file.text).toBe('stopped in epoch 2 of 3, after 1,234 examples\n');
  });
});

import { arrowTable } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { linear, sequential, tanh } from '@fluxion/layers';
import type { ClassTarget } from '@fluxion/report';
import { tableFromIPC } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { type DigitsTask, learnDigits } from './learnDigits.js';
import { madeUpDigits, SIDE } from './testing/madeUpDigits.js';

const TRAIN_ROWS = 1500;
const TEST_ROWS = 205;

function task(write: (text: string) => unknown): DigitsTask {
  return {
    trainSource: arrowTable(tableFromIPC(madeUpDigits(TRAIN_ROWS))),
    testSource: arrowTable(tableFromIPC(madeUpDigits(TEST_ROWS))),
    rows: TRAIN_ROWS,
    side: SIDE,
    epochs: 2,
    output: { write },
    signal: new AbortController().signal,
  };
}

function model(): FlowGraph {
  return sequential([linear(100), tanh(), linear(10)], { inputShape: [SIDE * SIDE], seed: 1 });
}

describe('learnDigits', () => {
  it('learns, and gives an account that holds together', async () => {
    let printed = '';
    const { run, misread } = await learnDigits(
      model(),
      task((text) => {
        printed += text;
      }),
    );
    const [target] = run.targets as [ClassTarget];
    const right = target.confusion.reduce((sum, row, digit) => sum + (row[digit] as number), 0);
    const drawn = run.losses.reduce((sum, { loss }) => sum + loss, 0) / run.losses.length;

    expect(right / TEST_ROWS).toBeGreaterThan(0.9);
    expect(misread).toHaveLength(TEST_ROWS - right);
    expect(run.epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(run.epochs[1]?.validation?.accuracy).toBeCloseTo(right / TEST_ROWS, 12);
    expect(run.epochs[1]?.validation?.loss).toBeLessThan(run.epochs[0]?.validation?.loss as number);
    expect(target.figures).toEqual(run.epochs[1]?.validation);
    expect(run.measured).toEqual({ name: 'test', rows: TEST_ROWS });
    expect(run.examples).toBe(2 * TRAIN_ROWS);
    expect(run.losses.at(-1)?.example).toBe(2 * TRAIN_ROWS);
    expect(drawn).toBeCloseTo(
      ((run.epochs[0]?.training.loss ?? 0) + (run.epochs[1]?.training.loss ?? 0)) / 2,
      10,
    );
    expect(run.boxes.map(({ description }) => description)).toEqual([
      'input',
      'linear(100)',
      'tanh()',
      'linear(10)',
    ]);
    expect(run.boxes.map(({ parameters }) => parameters)).toEqual([0, 2600, 0, 1010]);
    const shown = /epoch 2\/2 .*100 % +1,500 of 1,500 .*loss ([\d.]+)/.exec(printed)?.[1];
    expect(Number(shown)).toBeCloseTo(run.epochs[1]?.training.loss as number, 3);
  });

  it('stops where it is when it is told to', async () => {
    const abort = new AbortController();
    let lines = 0;
    const endless = task(() => {
      if (++lines === 8) abort.abort();
    });

    await expect(learnDigits(model(), { ...endless, epochs: 1000, signal: abort.signal })).rejects.toThrow(
      'aborted',
    );
    expect(lines).toBe(9); // the line that shows where it stopped
  });

  it('does nothing when it was stopped before', async () => {
    let printed = '';
    const before = task((text) => {
      printed += text;
    });
    await expect(learnDigits(model(), { ...before, signal: AbortSignal.abort() })).rejects.toThrow('aborted');
    expect(printed).toBe('');
  });
});

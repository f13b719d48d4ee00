import { DataError, labels, OptionError, ShapeError, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { build, chain, rows } from '../../test/models.js';
import { box } from '../../test/testBoxes.js';
import { crossEntropy, squared } from '../../test/testLosses.js';
import { objective } from '../model/objective.js';
import type { Given } from './cell.js';

const twoOutputs = build({
  inputs: { x: [2] },
  boxes: { logits: box.twice('x'), copy: box.tanh('x') },
  outputs: ['logits', 'copy'],
});
const both = objective(twoOutputs, { logits: crossEntropy, copy: squared });
const single = chain(3, { logits: box.twice('x') });
const classes = objective(single, crossEntropy);
const values = objective(single, squared);

describe('the loss of a pass', () => {
  it('is the mean over the examples', () => {
    const tape = single.fprop({ x: rows([1, 0, 0], [0, 0, 3]) });
    // ½·2² and ½·6²
    expect(tape.loss(values, { t: rows([0, 0, 0], [0, 0, 0]) })).toBe(10);
    tape.release();
  });

  it('is the sum over the outputs', () => {
    const tape = twoOutputs.fprop({ x: rows([0, 0]) });
    const targets = { copy: rows([3, 4]), logits: labels([1]) };
    expect(tape.loss(both, targets)).toBeCloseTo(Math.log(2) + 12.5, 14);
    tape.release();
  });

  it('takes the targets of the one loss there is under any name', () => {
    const tape = single.fprop({ x: rows([1, 2, 3]) });
    expect(tape.loss(values, { digit: rows([2, 4, 6]) })).toBe(0);
    expect(tape.loss(values, { logits: rows([2, 4, 6]), digit: rows([0, 0, 0]) })).toBe(0);
    tape.release();
  });

  it('takes targets with any strides, and labels that came as numbers', () => {
    const tape = single.fprop({ x: rows([0, 0, 0], [0, 0, 0]) });
    const columns = tensor([1, 1, 0, 0, 0, 0], [3, 2]).transpose(1, 0);
    expect(tape.loss(values, { t: columns })).toBe(0.5);
    expect(tape.loss(classes, { t: tensor(Float32Array.of(2, 0)) })).toBeCloseTo(Math.log(3), 14);
    tape.release();
  });

  it('keeps targets of its own: what the caller writes later changes nothing', () => {
    const tape = single.fprop({ x: rows([1, 2, 3]) });
    const t = rows([0, 0, 0]);
    const first = tape.loss(values, { t });
    t.set(0, 0, 100);
    expect(tape.loss(values, { t: rows([0, 0, 0]) })).toBe(first);
    tape.release();
  });
});

describe('the loss of a pass refuses', () => {
  const tape = single.fprop({ x: rows([1, 2, 3], [4, 5, 6]) });

  it('missing targets', () => {
    const other = twoOutputs.fprop({ x: rows([0, 0]) });
    expect(() => other.loss(both, { logits: labels([1]) })).toThrow(
      new OptionError(
        "targets of 'copy': expected a tensor for each of logits, copy, got logits; give one for 'copy'",
      ),
    );
    expect(() => tape.loss(values, {})).toThrow(
      new OptionError(
        "targets of 'logits': expected a tensor for each of logits, got none; give one for 'logits'",
      ),
    );
    other.release();
  });

  it('to guess which of several targets is meant', () => {
    expect(() => tape.loss(classes, { digit: labels([0, 1]), parity: labels([0, 1]) })).toThrow(
      new OptionError(
        "targets of 'logits': expected a tensor for each of logits, got digit, parity; give one for 'logits'",
      ),
    );
  });

  it('targets of another shape', () => {
    expect(() => tape.loss(values, { t: rows([1, 2], [3, 4]) })).toThrow(
      new ShapeError("targets of 'logits': expected shape [batch, 3], got [2, 2]; give it that shape"),
    );
    expect(() => tape.loss(classes, { t: rows([0, 1, 0], [1, 0, 0]) })).toThrow(
      new ShapeError(
        "targets of 'logits': expected shape [batch], got [2, 3]; crossEntropy compares with labels: choose targetKind 'labels', or a loss of values, as squaredError()",
      ),
    );
    expect(() => tape.loss(values, { t: labels([1, 2]) })).toThrow(
      new ShapeError(
        "targets of 'logits': expected shape [batch, 3], got [2]; squared compares with values: choose targetKind 'values', or a loss of labels, as softmaxCrossEntropy()",
      ),
    );
  });

  it('an array in place of a tensor', () => {
    const targets = { t: [0, 1] } as unknown as Given;
    expect(() => tape.loss(classes, targets)).toThrow(
      new OptionError(
        "targets of 'logits': expected a tensor, got an array; make one of it, as tensor(data, shape)",
      ),
    );
    expect(() => tape.loss(classes, undefined as unknown as Given)).toThrow('got none');
  });

  it('an output that the loss cannot take', () => {
    const seen: unknown[] = [];
    const picky = objective(single, {
      ...squared,
      expectValues(output, where) {
        seen.push([where, [...Array.from(output)]]);
        throw new OptionError('no such output');
      },
    });
    expect(() => tape.loss(picky, { t: rows([2, 4, 6], [8, 10, 12]) })).toThrow('no such output');
    expect(seen).toEqual([["squared of 'logits'", [2, 4, 6, 8, 10, 12]]]);
  });

  it('targets of more or fewer examples', () => {
    expect(() => tape.loss(classes, { t: labels([0]) })).toThrow(
      new ShapeError(
        "targets of 'logits': expected 2 examples as elsewhere in the minibatch, got 1; give as many",
      ),
    );
  });

  it('a label beyond the classes, with its row', () => {
    const refusal = () => tape.loss(classes, { t: labels([2, 3]) });
    expect(refusal).toThrow(DataError);
    expect(refusal).toThrow(
      new DataError(
        'label: expected an integer from 0 to 2, got 3; give the graph an output of 4 units or correct the data',
        { row: 1 },
      ),
    );
  });

  it('a label below 0', () => {
    expect(() => tape.loss(classes, { t: labels([-1, 0]) })).toThrow(
      new DataError('label: expected an integer from 0 to 2, got -1; correct the data', { row: 0 }),
    );
  });

  it.each([1.5, Number.NaN])('the label %d, which names no class', (label) => {
    expect(() => tape.bprop(classes, { t: tensor([0, label]) })).toThrow(
      new DataError(`label: expected an integer from 0 to 2, got ${label}; correct the data`, { row: 1 }),
    );
  });

  it('values that the loss itself refuses', () => {
    const seen: unknown[] = [];
    const picky = objective(single, {
      ...squared,
      expectTargets(targets, shape) {
        seen.push([[...Array.from(targets)], shape]);
        if (Array.from(targets).includes(9)) throw new DataError('target: expected no 9', { row: 1 });
      },
    });
    expect(() => tape.loss(picky, { t: rows([1, 2, 3], [4, 9, 6]) })).toThrow(
      new DataError('target: expected no 9', { row: 1 }),
    );
    expect(tape.loss(picky, { t: rows([2, 4, 6], [8, 10, 12]) })).toBe(0);
    expect(seen[1]).toEqual([[2, 4, 6, 8, 10, 12], [3]]);
  });

  it('and goes on with the next targets', () => {
    expect(() => tape.loss(classes, { t: labels([0, 9]) })).toThrow(DataError);
    expect(tape.loss(values, { t: rows([2, 4, 6], [8, 10, 12]) })).toBe(0);
    expect(tape.loss(classes, { t: labels([2, 2]) })).toBeGreaterThan(0);
  });
});

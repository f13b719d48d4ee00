import { OptionError, ShapeError } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { build, chain } from '../../test/models.js';
import { box } from '../../test/testBoxes.js';
import { crossEntropy, squared } from '../../test/testLosses.js';
import type { Loss } from '../box/loss.js';
import { objective, penaltyOf } from './objective.js';

const model = build({
  inputs: { x: [2] },
  boxes: { logits: box.linear('x', 3), copy: box.twice('x') },
  outputs: ['logits', 'copy'],
});

describe('objective', () => {
  it('puts one loss on the main output', () => {
    const { losses } = objective(model, crossEntropy);
    expect([...losses]).toEqual([['logits', crossEntropy]]);
  });

  it('puts each loss on the output that it is given for', () => {
    expect([...objective(model, { copy: squared }).losses]).toEqual([['copy', squared]]);
    const { losses } = objective(model, { copy: squared, logits: crossEntropy });
    expect(new Set(losses)).toEqual(
      new Set([
        ['copy', squared],
        ['logits', crossEntropy],
      ]),
    );
  });

  it('takes an output for a name even where a loss has a property so called', () => {
    const named = chain(2, { fprop: box.twice('x') });
    expect([...objective(named, { fprop: squared }).losses]).toEqual([['fprop', squared]]);
  });

  it('has no regularizer unless given one', () => {
    expect(objective(model, squared).penalty).toEqual({ l1: 0, l2: 0 });
    expect(objective(model, squared, { l1: 1, l2: 2 }).penalty).toEqual({ l1: 1, l2: 2 });
  });

  it('is the same however often it is asked for, so that passes bind it once', () => {
    const once = objective(model, squared, { l1: 1, l2: 2 });
    expect(objective(model, { logits: squared }, { l1: 1, l2: 2 })).toBe(once);
    const others = [
      objective(model, squared, { l1: 1, l2: 3 }),
      objective(model, squared, { l1: 2, l2: 2 }),
      objective(model, { ...squared }, { l1: 1, l2: 2 }),
      objective(model, { copy: squared }, { l1: 1, l2: 2 }),
      objective(model, { logits: squared, copy: squared }, { l1: 1, l2: 2 }),
      objective(chain(2, { logits: box.linear('x', 3) }), squared, { l1: 1, l2: 2 }),
    ];
    expect(new Set([once, ...others]).size).toBe(7);
  });

  it('has the same losses whatever Ω is, so that another Ω binds none of them a second time', () => {
    const { losses } = objective(model, squared, { l1: 1, l2: 2 });
    expect(objective(model, { logits: squared }, { l1: 3, l2: 4 }).losses).toBe(losses);
    expect(objective(model, { ...squared }, { l1: 1, l2: 2 }).losses).not.toBe(losses);
  });

  it('shows a loss the shape of one example of its output', () => {
    const seen: unknown[] = [];
    const watching: Loss = { ...squared, expectOutput: (...given) => seen.push(...given) };
    objective(model, { copy: watching });
    expect(seen).toEqual([[2], "squared of 'copy'"]);
  });

  it('calls a loss that is an object of a class as its method', () => {
    class Checked {
      readonly kind = 'checked';
      readonly targets = 'values';
      readonly link = 'identity';
      readonly axes = 2;
      fprop = squared.fprop;
      bprop = squared.bprop;
      expectOutput(shape: readonly number[]): void {
        if (shape.length !== this.axes)
          throw new ShapeError(`expected ${this.axes} axes, got ${shape.length}`);
      }
    }
    expect(() => objective(model, new Checked())).toThrow(new ShapeError('expected 2 axes, got 1'));
  });

  it('refuses an output that the model does not have', () => {
    for (const name of ['digit', 'x', 'constructor']) {
      expect(() => objective(model, { [name]: squared })).toThrow(
        new OptionError(
          `loss 'squared': expected one of the outputs logits, copy, got '${name}'; name one of these`,
        ),
      );
    }
  });

  it('refuses what is no loss, as the function that makes one', () => {
    const untyped = (loss: unknown) => () => objective(model, loss as Loss);
    expect(untyped(() => squared)).toThrow(
      new OptionError('loss: expected a loss, got function; give one, as softmaxCrossEntropy()'),
    );
    expect(untyped(undefined)).toThrow('got undefined');
    expect(untyped({ copy: () => squared })).toThrow(
      new OptionError("loss of 'copy': expected a loss, got function; give one, as softmaxCrossEntropy()"),
    );
  });

  it('refuses no loss at all', () => {
    expect(() => objective(model, {})).toThrow(
      new OptionError(
        'loss: expected a loss for at least one output, got none; give one, as softmaxCrossEntropy()',
      ),
    );
  });

  it('refuses a loss that cannot take its output', () => {
    const picture = build({ inputs: { x: [2, 2] }, boxes: { top: box.tanh('x') }, outputs: ['top'] });
    expect(() => objective(picture, crossEntropy)).toThrow(
      new ShapeError("crossEntropy of 'top': expected shape [classes], got [2, 2]; give it a vector"),
    );
  });
});

describe('penaltyOf', () => {
  it('is all of Ω for weights and nothing for biases', () => {
    const target = objective(model, squared, { l1: 1, l2: 2 });
    expect(penaltyOf(target, { regularized: true })).toEqual({ l1: 1, l2: 2 });
    expect(penaltyOf(target, { regularized: false })).toEqual({ l1: 0, l2: 0 });
  });
});

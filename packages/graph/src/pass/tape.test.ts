import { DataError, labels, OptionError, ShapeError, StateError } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { build, chain, list, numbers, rows, written } from '../../test/models.js';
import { box } from '../../test/testBoxes.js';
import { crossEntropy, squared } from '../../test/testLosses.js';
import { objective } from '../model/objective.js';

/** output = 10·x₁, 100·x₂ */
const scaled = () => chain(2, { top: box.scale('x', [10, 100]) });

describe('Tape', () => {
  it('has the value of every input and box by name, the main output among them', () => {
    const model = build({
      inputs: { x: [2] },
      boxes: { hidden: box.twice('x'), top: box.scale('hidden', [10, 100]) },
      outputs: ['top', 'hidden'],
    });
    const tape = model.fprop({ x: rows([1, 2]) });
    expect([...tape.values].map(([name, value]) => [name, list(value)])).toEqual([
      ['x', [1, 2]],
      ['hidden', [2, 4]],
      ['top', [20, 400]],
    ]);
    expect(tape.value('hidden')).toBe(tape.values.get('hidden'));
    expect(tape.output).toBe(tape.value('top'));
    expect(tape.model).toBe(model);
  });

  it('refuses a value that it does not have', () => {
    const tape = scaled().fprop({ x: rows([1, 2]) });
    for (const name of ['hidden', 'constructor']) {
      expect(() => tape.value(name)).toThrow(
        new OptionError(`tape value: expected one of x, top, got '${name}'; name one of these`),
      );
    }
  });

  it('keeps its values while other passes start and end', () => {
    const model = scaled();
    const target = objective(model, squared);
    const first = model.fprop({ x: rows([1, 2]) });
    const second = model.fprop({ x: rows([3, 4]) });
    model.fprop({ x: rows([5, 6]) }).release();
    expect(list(first.output)).toEqual([10, 200]);
    expect(list(second.output)).toEqual([30, 400]);

    // ∂½(fx − 0)²/∂f = fx·x, in whichever order the passes come back
    expect(written(second.bprop(target, { t: rows([0, 0]) }))).toEqual({ 'top.factor': [90, 1600] });
    expect(written(first.bprop(target, { t: rows([0, 0]) }))).toEqual({ 'top.factor': [10, 400] });
    expect(written(second.bprop(target, { t: rows([0, 0]) }))).toEqual({ 'top.factor': [90, 1600] });
  });

  it('lends its memory to the next after its release, with none of its old values', () => {
    const model = scaled();
    const target = objective(model, squared);
    const used = model.fprop({ x: rows([1, 2]) });
    const { output } = used;
    used.bprop(target, { t: rows([7, 8]) });
    used.release();
    const again = model.fprop({ x: rows([3, 4]) });
    expect(again.output).toBe(output);
    expect(written(again.bprop(target, { t: rows([0, 0]) }))).toEqual({ 'top.factor': [90, 1600] });
  });

  it('may be released twice: one pass less is in flight', () => {
    const model = scaled();
    const tape = model.fprop({ x: rows([1, 2]) });
    const other = model.fprop({ x: rows([3, 4]) });
    expect(model.passesInFlight).toBe(2);
    tape.release();
    tape.release();
    expect(model.passesInFlight).toBe(1);
    expect(list(other.output)).toEqual([30, 400]);
  });

  it('ends no pass but its own, however often and however late it is released', () => {
    const model = scaled();
    const first = model.fprop({ x: rows([1, 2]) });
    first.release();
    const second = model.fprop({ x: rows([3, 4]) });
    first.release();
    expect(model.passesInFlight).toBe(1);
    const third = model.fprop({ x: rows([5, 6]) });
    expect(list(second.output)).toEqual([30, 400]);
    expect(list(third.output)).toEqual([50, 600]);
  });

  it('has its main output under a link: probabilities of logits, in cells that stay', () => {
    const model = scaled();
    const tape = model.fprop({ x: rows([0, 0]) });
    expect(list(tape.linked('softmax'))).toEqual([0.5, 0.5]);
    expect(list(tape.linked('sigmoid'))).toEqual([0.5, 0.5]);
    expect(tape.linked('identity')).toBe(tape.output);
    tape.release();

    const { used } = model.kernels.arena;
    const again = model.fprop({ x: rows([0.1, 0.01]) });
    expect(list(again.linked('softmax'))).toEqual([0.5, 0.5]);
    expect(list(again.linked('sigmoid'))[0]).toBeCloseTo(1 / (1 + Math.exp(-1)), 14);
    expect(model.kernels.arena.used).toBe(used);
  });

  it('answers the same loss and gradient each time it is asked', () => {
    const model = scaled();
    const target = objective(model, squared);
    const tape = model.fprop({ x: rows([1, 2]) });
    const once = tape.bprop(target, { t: rows([0, 0]) });
    const { gradients } = once;
    expect(once.loss).toBe(50 + 20_000);
    const twice = tape.bprop(target, { t: rows([0, 0]) });
    expect(twice.loss).toBe(50 + 20_000);
    expect(written(twice)).toEqual({ 'top.factor': [10, 400] });
    expect(twice.gradients).toBe(gradients);
  });

  it('takes several objectives in turn', () => {
    const model = scaled();
    const tape = model.fprop({ x: rows([1, 2]) });
    const distance = objective(model, squared);
    const classes = objective(model, crossEntropy);
    expect(tape.loss(distance, { t: rows([10, 198]) })).toBe(2);
    expect(tape.loss(classes, { t: labels([0]) })).toBe(190);
    expect(written(tape.bprop(distance, { t: rows([10, 198]) }))).toEqual({ 'top.factor': [0, 4] });
    expect(tape.bprop(classes, { t: labels([0]) }).loss).toBe(190);
  });
});

describe('a pass too late', () => {
  it('is refused its bprop when the parameters have been updated since its fprop', () => {
    const model = scaled();
    const target = objective(model, squared);
    const tape = model.fprop({ x: rows([1, 2]) });
    model.markUpdated();
    model.markUpdated();
    expect(() => tape.bprop(target, { t: rows([0, 0]) })).toThrow(
      new StateError(
        'bprop: expected the parameters of its fprop, they have been updated 2 times since; update after each bprop, or accumulate() passes between',
      ),
    );
    tape.release();
    const next = model.fprop({ x: rows([1, 2]) });
    expect(written(next.bprop(target, { t: rows([0, 0]) }))).toEqual({ 'top.factor': [10, 400] });
  });

  it('may still be asked for its loss, which is that of its own values', () => {
    const model = scaled();
    const target = objective(model, squared);
    const tape = model.fprop({ x: rows([1, 2]) });
    model.assign(model.parameters[0] as never, [0, 0]);
    expect(tape.loss(target, { t: rows([10, 198]) })).toBe(2);
  });

  it('is refused after its release', () => {
    const model = scaled();
    const target = objective(model, squared);
    const tape = model.fprop({ x: rows([1, 2]) });
    tape.release();
    const late = new StateError(
      'tape: expected a pass in flight, got one that is over; use it before release(), in a stream before the subscriber returns: let no operator that delays or buffers stand between',
    );
    expect(() => tape.bprop(target, { t: rows([0, 0]) })).toThrow(late);
    expect(() => tape.loss(target, { t: rows([0, 0]) })).toThrow(late);
    expect(() => tape.linked('softmax')).toThrow(late);
    expect(() => tape.output).toThrow(late);
    expect(() => tape.values).toThrow(late);
  });
});

describe('passes in flight', () => {
  it('are as many as maxPasses allows, and go on after a release', () => {
    const model = build(
      { inputs: { x: [2] }, boxes: { top: box.twice('x') }, outputs: ['top'] },
      { maxPasses: 2 },
    );
    const pass = () => model.fprop({ x: rows([1, 2]) });
    const first = pass();
    pass();
    expect(pass).toThrow(
      new StateError(
        'fprop: expected at most 2 passes in flight, this would be one more; call release() of each as soon as it has been used',
      ),
    );
    expect(model.passesInFlight).toBe(2);
    first.release();
    expect(list(pass().output)).toEqual([2, 4]);
    expect(pass).toThrow(StateError);
  });

  it('are 1024 unless told otherwise', () => {
    const model = chain(1, { top: box.twice('x') });
    for (let i = 0; i < 1024; i++) model.fprop({ x: rows([i]) });
    expect(() => model.fprop({ x: rows([0]) })).toThrow(StateError);
  });

  it('count whatever their batch sizes', () => {
    const model = build(
      { inputs: { x: [2] }, boxes: { top: box.twice('x') }, outputs: ['top'] },
      { maxPasses: 2 },
    );
    model.fprop({ x: numbers(1, 2) });
    model.fprop({ x: numbers(3, 2) });
    expect(() => model.fprop({ x: numbers(5, 2) })).toThrow(StateError);
  });

  it('take no memory in a steady state: 1,000 passes there and back, two at a time, of three batch sizes', () => {
    const model = chain(3, {
      hidden: box.linear('x', 4),
      active: box.tanh('hidden'),
      scaled: box.scale('active', [1, 2, 3, 4]),
      top: box.linear('scaled', 2, { gradient: 'dense' }),
    });
    const target = objective(model, crossEntropy, { l1: 0.1, l2: 0.1 });
    const batches = [1, 2, 3].map((size) => ({
      x: numbers(size, 3),
      t: labels(new Array<number>(size).fill(1)),
    }));
    const step = (i: number): void => {
      const { x, t } = batches[i % 3] as (typeof batches)[number];
      const tapes = [model.fprop({ x }), model.fprop({ x })];
      for (const tape of tapes) {
        tape.loss(target, { t });
        tape.bprop(target, { t });
      }
      for (const tape of tapes) tape.release();
      model.markUpdated();
    };
    for (let i = 0; i < 3; i++) step(i);
    const { arena } = model.kernels;
    const warm = arena.used;
    for (let i = 0; i < 1000; i++) step(i);
    expect(arena.used).toBe(warm);
    expect(model.passesInFlight).toBe(0);
  });

  it('bind the same losses once, whatever Ω is: a sweep over λ takes no memory', () => {
    const model = chain(2, { below: box.linear('x', 2), top: box.scale('below', [1, 1]) });
    const step = (l2: number): void => {
      const tape = model.fprop({ x: rows([1, 2]) });
      const target = objective(model, crossEntropy, { l1: 0, l2 });
      tape.loss(target, { t: labels([1]) });
      const { gradients } = tape.bprop(target, { t: labels([1]) });
      expect(gradients.map(({ penalty }) => penalty.l2)).toEqual([0, l2]);
      expect(tape.bprop(target, { t: labels([1]) }).gradients).toBe(gradients);
      tape.release();
    };
    step(0);
    const { arena } = model.kernels;
    const warm = arena.used;
    for (let i = 0; i < 100; i++) step(i / 100);
    expect(arena.used).toBe(warm);
  });

  it('take no memory for refusals', () => {
    const model = scaled();
    const target = objective(model, crossEntropy);
    const refusal = (): void => {
      const tape = model.fprop({ x: rows([1, 2]) });
      try {
        tape.bprop(target, { t: labels([9]) });
      } finally {
        tape.release();
      }
    };
    expect(refusal).toThrow(DataError);
    const { arena } = model.kernels;
    const warm = arena.used;
    for (let i = 0; i < 100; i++) {
      expect(refusal).toThrow(DataError);
      expect(() => model.fprop({ x: rows([1, 2, 3]) })).toThrow(ShapeError);
    }
    expect(arena.used).toBe(warm);
  });
});

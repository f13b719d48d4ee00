import { objective } from '@fluxion/graph';
import { linear, sequential } from '@fluxion/layers';
import { binaryCrossEntropy, squaredError } from '@fluxion/loss';
import { elements, OptionError, random, type Tensor, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { normalizedAdagrad } from './normalizedAdagrad.js';
import type { Optimizer } from './optimizer.js';
import { optimizerState } from './optimizerState.js';
import { sgd } from './sgd.js';

const noise = random(1, 'columns');

/** Example t of a stream of three columns and a target that is linear in them. */
function example(t: number, scales: readonly number[]) {
  const columns = [0, 1, 2].map((i) => 2 * noise.uniform(3 * t + i) - 1);
  const [a, b, c] = columns as [number, number, number];
  return { input: columns.map((x, i) => x * (scales[i] as number)), target: 2 * a - b + 0.5 * c + 0.3 };
}

/** The prediction for each example before it is learned from, by a model that begins at 0. */
function learn(optimizer: Optimizer, scales: readonly number[], examples: number, size = 1): number[] {
  const model = sequential([linear(1, { initializer: 'zeros' })], { inputShape: [3], dtype: 'float64' });
  const state = optimizerState(optimizer, model);
  const target = objective(model, squaredError());
  const predictions: number[] = [];
  for (let t = 0; t < examples; t += size) {
    const batch = Array.from({ length: size }, (_, i) => example(t + i, scales));
    const tape = model.fprop({
      x: tensor(
        batch.flatMap(({ input }) => input),
        [size, 3],
      ),
    });
    predictions.push(...elements(tape.output));
    const targets = {
      y: tensor(
        batch.map((each) => each.target),
        [size, 1],
      ),
    };
    state.update(tape.bprop(target, targets).gradients);
    tape.release();
  }
  return predictions;
}

function errors(predictions: readonly number[]): number[] {
  return predictions.map((prediction, t) => Math.abs(prediction - example(t, [1, 1, 1]).target));
}

describe('normalizedAdagrad', () => {
  it.each([1, 4])('predicts the same whatever the units of the columns are, in minibatches of %i', (size) => {
    const plain = learn(normalizedAdagrad(), [1, 1, 1], 200, size);
    const others = learn(normalizedAdagrad(), [1024, 2 ** -20, -8], 200, size);
    others.forEach((prediction, t) => {
      expect(prediction).toBeCloseTo(plain[t] as number, 12);
    });
  });

  it('learns where plain SGD on such columns stands still or diverges', () => {
    const scales = [1000, 0.001, 1];
    const late = errors(learn(normalizedAdagrad(), scales, 2000)).slice(1900);
    expect(Math.max(...late)).toBeLessThan(0.02);
    for (const learningRate of [1e-2, 1e-7]) {
      const worst = Math.max(
        ...errors(learn(sgd({ learningRate }), scales, 2000))
          .slice(1900)
          .map((e) => (Number.isFinite(e) ? e : 1e9)),
      );
      expect(worst).toBeGreaterThan(0.5);
    }
  });

  it('takes the step of its paper', () => {
    const model = sequential([linear(1)], { inputShape: [1], dtype: 'float64' });
    const [weight, bias] = model.parameters;
    for (const parameter of [weight, bias]) if (parameter) model.assign(parameter, [1]);
    const state = optimizerState(normalizedAdagrad({ learningRate: 0.5 }), model);
    const target = objective(model, squaredError());
    const step = (x: number, y: number): void => {
      const tape = model.fprop({ x: tensor([x], [1, 1]) });
      state.update(tape.bprop(target, { y: tensor([y], [1, 1]) }).gradients);
      tape.release();
    };
    // The output is 3 and its slope 3 − 1 = 2: g = 4 and 2, s = 2, N = 1.
    step(2, 1);
    expect([weight?.value.get(0, 0), bias?.value.get(0)]).toEqual([1 - 0.5 / 2, 0.5]);
    // 0.75·4 + 0.5 = 3.5, its slope 1: g = 4; the weight shrinks by 2/4; N = 1, G = 4² + 4²
    step(4, 2.5);
    expect(weight?.value.get(0, 0)).toBeCloseTo(0.375 - (0.5 * 4) / (4 * Math.sqrt(32)), 15);
    expect(bias?.value.get(0)).toBeCloseTo(0.5 - 0.5 / Math.sqrt(5), 15);
  });

  it('goes on from what was saved as if nothing had been', () => {
    const scales = [10, 1, 0.1];
    const run = (halt: boolean): number[] => {
      const model = sequential([linear(1)], { inputShape: [3], seed: 1 });
      let state = optimizerState(normalizedAdagrad(), model);
      const target = objective(model, squaredError());
      for (let t = 0; t < 20; t++) {
        if (halt && t === 10) {
          const saved = state.save();
          state = optimizerState(normalizedAdagrad(), model);
          state.restore(saved);
        }
        const each = example(t, scales);
        const tape = model.fprop({ x: tensor(each.input, [1, 3]) });
        state.update(tape.bprop(target, { y: tensor([each.target], [1, 1]) }).gradients);
        tape.release();
      }
      return model.parameters.flatMap(({ value }) => [...elements(value)]);
    };
    expect(run(true)).toEqual(run(false));
  });

  describe.each([
    ['squaredError', squaredError(), (p: number, y: number) => p - y, 2.5],
    ['binaryCrossEntropy', binaryCrossEntropy(), (p: number, y: number) => 1 / (1 + Math.exp(-p)) - y, 1],
  ] as const)('invariant, of %s', (invariant, loss, slopeAt, y) => {
    const [x, begin] = [
      [3, -0.5, 2],
      [-0.3, 0.2, 0.1],
    ];

    /** The weights after a step on one example. */
    function stepped(learningRate: number, steps = 1): readonly number[] {
      const model = sequential([linear(1, { bias: false })], { inputShape: [3], dtype: 'float64' });
      const [weight] = model.parameters;
      if (weight) model.assign(weight, begin);
      const state = optimizerState(normalizedAdagrad({ learningRate, invariant }), model);
      for (let i = 0; i < steps; i++) {
        const tape = model.fprop({ x: tensor(x, [1, 3]) });
        state.update(tape.bprop(objective(model, loss), { y: tensor([y], [1, 1]) }).gradients);
        tape.release();
      }
      return [...elements(weight?.value as Tensor)];
    }
    const output = (weights: readonly number[]): number =>
      weights.reduce((sum, w, i) => sum + w * (x[i] as number), 0);

    it.each([0.1, 1, 20])('takes the step that very many small ones make, at rate %d', (learningRate) => {
      // s_i = |x_i|, N = 3, and √G_i = |g_i|.
      const first = slopeAt(output(begin), y);
      const lengths = x.map((each) => Math.abs(each) * Math.sqrt(3) * Math.abs(each * first));
      const small = [...begin];
      const count = 200_000;
      for (let t = 0; t < count; t++) {
        const slope = slopeAt(output(small), y);
        x.forEach((each, i) => {
          small[i] = (small[i] as number) - ((learningRate / count) * slope * each) / (lengths[i] as number);
        });
      }
      stepped(learningRate).forEach((w, i) => {
        expect(w).toBeCloseTo(small[i] as number, 3);
      });
    });

    it('never goes beyond the target, however high the rate', () => {
      for (const rate of [1, 100, 1e6]) {
        const before = slopeAt(output(stepped(rate)), y);
        expect(before * slopeAt(output(begin), y)).toBeGreaterThanOrEqual(0);
        expect(Math.abs(before)).toBeLessThan(Math.abs(slopeAt(output(begin), y)));
      }
    });
  });

  it('takes plain steps in minibatches, invariant or not', () => {
    const scales = [2, 1, 0.5];
    expect(learn(normalizedAdagrad({ invariant: 'squaredError' }), scales, 40, 4)).toEqual(
      learn(normalizedAdagrad(), scales, 40, 4),
    );
  });

  it('refuses a loss that has no such steps', () => {
    expect(() => normalizedAdagrad({ invariant: 'hinge' as 'squaredError' })).toThrow(
      'normalizedAdagrad invariant: expected squaredError or binaryCrossEntropy, got "hinge"',
    );
  });

  it('refuses a rate that is none', () => {
    expect(() => normalizedAdagrad({ learningRate: 0 })).toThrow(
      new OptionError('normalizedAdagrad learningRate: expected a positive number, got 0; give one, as 0.01'),
    );
  });
});

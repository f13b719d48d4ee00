import type { FlowGraph } from '@fluxion/graph';
import { linear, sequential } from '@fluxion/layers';
import { l2, softmaxCrossEntropy, squaredError } from '@fluxion/loss';
import { sgd } from '@fluxion/optim';
import { OptionError, StateError, tensor } from '@fluxion/tensor';
import { from, of, tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { batches, distance, minibatch, newModel, run, values } from '../test/training.js';
import { accumulate } from './accumulate.js';
import { bprop } from './bprop.js';
import { clipByGlobalNorm } from './clipByGlobalNorm.js';
import { fprop } from './fprop.js';
import { update } from './update.js';

describe('clipByGlobalNorm', () => {
  const loss = softmaxCrossEntropy();

  /** How far one step of α = 1 moves the parameters, all together. */
  async function stepLength(maxNorm: number, regularizer = l2(0)): Promise<number> {
    const [before, model] = [newModel(), newModel()];
    await run(
      batches(1, 4).pipe(
        fprop(model),
        bprop(loss, regularizer),
        clipByGlobalNorm(maxNorm),
        update(sgd({ learningRate: 1 })),
      ),
    );
    const start = values(before).flat();
    return Math.hypot(
      ...values(model)
        .flat()
        .map((v, i) => v - (start[i] as number)),
    );
  }

  it('shortens a gradient to the norm, regularizer included', async () => {
    expect(await stepLength(0.01)).toBeCloseTo(0.01, 12);
    expect(await stepLength(0.01, l2(10))).toBeCloseTo(0.01, 12);
  });

  it('refuses a gradient of no finite length, before the update', async () => {
    const model = sequential([linear(1)], { inputShape: [1] });
    const [weight] = model.parameters;
    if (weight !== undefined) model.assign(weight, [1e-3]);
    const before = values(model);
    // The loss, 1e36/2, is finite in float32; the gradient, 1e18·1e21, is not.
    const examples = { size: 1, inputs: { x: tensor([1e21], [1, 1]) }, targets: { y: tensor([0], [1, 1]) } };
    const steps = of(examples).pipe(
      fprop(model),
      bprop(squaredError()),
      clipByGlobalNorm(1),
      update(sgd({ learningRate: 0.5 })),
    );
    await expect(run(steps)).rejects.toThrow(
      new StateError(
        'clipByGlobalNorm: expected gradients of finite length, got Infinity; use a smaller learningRate, or look for inputs that are very large',
      ),
    );
    expect(values(model)).toEqual(before);
  });

  it('leaves a shorter gradient as it is', async () => {
    const [clipped, free] = [newModel(), newModel()];
    const optimizer = () => sgd({ learningRate: 0.1 });
    await run(
      batches(20).pipe(fprop(clipped), bprop(loss, l2(0.1)), clipByGlobalNorm(1e6), update(optimizer())),
    );
    await run(batches(20).pipe(fprop(free), bprop(loss, l2(0.1)), update(optimizer())));
    expect(values(clipped)).toEqual(values(free));
  });

  it('sends a shorter gradient on in the form it has', async () => {
    const model = newModel();
    let forms: string[] = [];
    const stream = batches(1).pipe(
      fprop(model),
      bprop(loss),
      clipByGlobalNorm(1e6),
      tap(({ gradients }) => {
        forms = gradients.map(({ gradient }) => gradient.form);
      }),
    );
    await run(stream);
    expect(forms).toContain('factored');
  });

  it('keeps the direction', async () => {
    expect((await stepLength(0.02)) / (await stepLength(0.01))).toBeCloseTo(2, 10);
  });

  it('works after accumulate', async () => {
    const model = newModel();
    const steps = await run(
      batches(6).pipe(
        fprop(model),
        bprop(loss),
        accumulate(2),
        clipByGlobalNorm(0.1),
        update(sgd({ learningRate: 1 })),
      ),
    );
    expect(steps).toHaveLength(3);
    expect(model.passesInFlight).toBe(0);
  });

  it('and then accumulate: a mean that does not depend on the order, regularizer and all', async () => {
    const trained = async (order: readonly number[]): Promise<FlowGraph> => {
      const model = newModel();
      await run(
        from(order.map((k) => minibatch(k))).pipe(
          fprop(model),
          bprop(loss, l2(0.05)),
          clipByGlobalNorm(0.9),
          accumulate(order.length),
          update(sgd({ learningRate: 1 })),
        ),
      );
      return model;
    };
    expect(distance(await trained([0, 1, 2, 3]), await trained([3, 2, 1, 0]))).toBeLessThan(1e-14);
  });

  it('refuses a norm that is none', () => {
    expect(() => clipByGlobalNorm(0)).toThrow(OptionError);
  });
});

import type { Examples } from '@fluxion/data';
import { softmaxCrossEntropy } from '@fluxion/loss';
import { sgd } from '@fluxion/optim';
import { labels, tensor } from '@fluxion/tensor';
import { from, map, type OperatorFunction, pipe } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { batches, minibatch, newModel, run } from '../test/training.js';
import { accumulate } from './accumulate.js';
import { bprop } from './bprop.js';
import { clipByGlobalNorm } from './clipByGlobalNorm.js';
import { fprop } from './fprop.js';
import { predict } from './predict.js';
import { train } from './train.js';
import { update } from './update.js';

/** Every operator as one from examples to something, so that the same cases hold for all. */
const chains: Record<string, () => OperatorFunction<Examples, unknown>> = {
  fprop: () => fprop(newModel()),
  bprop: () => pipe(fprop(newModel()), bprop(softmaxCrossEntropy())),
  update: () => pipe(fprop(newModel()), bprop(softmaxCrossEntropy()), update(sgd({ learningRate: 0.1 }))),
  train: () => train(newModel(), { loss: softmaxCrossEntropy(), optimizer: sgd({ learningRate: 0.1 }) }),
  clipByGlobalNorm: () => pipe(fprop(newModel()), bprop(softmaxCrossEntropy()), clipByGlobalNorm(0.1)),
  'accumulate(1)': () => pipe(fprop(newModel()), bprop(softmaxCrossEntropy()), accumulate(1)),
  predict: () => predict(newModel(), 'softmax'),
};

describe.each(Object.entries(chains))('%s, as an operator', (_name, chain) => {
  const letters = { a: minibatch(0), b: minibatch(1), c: minibatch(2) };
  const marbles = (check: Parameters<TestScheduler['run']>[0]): void => {
    new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(check);
  };
  const counted = pipe(
    chain(),
    map((_, i) => 'abc'[i]),
  );

  it('answers each minibatch at once and ends with the source', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('--a-b---(c|)', letters);
      expectObservable(source.pipe(counted)).toBe('--a-b---(c|)');
      expectSubscriptions(source.subscriptions).toBe('^-------!');
    });
  });

  it('passes an error on', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-#', letters, new Error('source'));
      expectObservable(source.pipe(counted)).toBe('-a-#', undefined, new Error('source'));
      expectSubscriptions(source.subscriptions).toBe('^--!');
    });
  });

  it('is empty where the source is', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold<Examples>('--|').pipe(counted)).toBe('--|');
    });
  });

  it('lets go of the source when it is unsubscribed', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-b-c-|', letters);
      expectObservable(source.pipe(counted), '^---!').toBe('-a-b-');
      expectSubscriptions(source.subscriptions).toBe('^---!');
    });
  });

  it('takes a synchronous source of a thousand', async () => {
    expect(await run(batches(1000).pipe(chain()))).toHaveLength(1000);
  });

  it('ends once, with an error that says where, on examples of another shape', async () => {
    const wrong: Examples = {
      size: 1,
      inputs: { input: tensor([1, 2], [1, 2]) },
      targets: { target: labels([0]) },
    };
    const events: string[] = [];
    from([minibatch(0), wrong, minibatch(1)])
      .pipe(counted)
      .subscribe({
        next: () => events.push('next'),
        error: (error: Error) => events.push(`${error.name}: ${error.message}`),
        complete: () => events.push('complete'),
      });
    expect(events).toEqual([
      'next',
      "ShapeError: fprop input 'input': expected shape [batch, 3], got [1, 2]; give it that shape",
    ]);
  });
});

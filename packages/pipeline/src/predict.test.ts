import type { Examples } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { linear, sequential, softmax, tanh } from '@fluxion/layers';
import { elements, OptionError, ShapeError, StateError, tensor } from '@fluxion/tensor';
import { map, of, take, tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { batches, classes, inputSize, minibatch, newModel, run } from '../test/training.js';
import { type Prediction, predict } from './predict.js';

describe('predict', () => {
  it('gives probabilities and the most probable class', async () => {
    const model = newModel();
    let seen = 0;
    await batches(4, 5)
      .pipe(predict(model, 'softmax'))
      .forEach(({ output, labels: predicted, examples }) => {
        for (let i = 0; i < examples.size; i++) {
          const row = Array.from({ length: classes }, (_, j) => output.get(i, j));
          expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
          expect(predicted[i]).toBe(row.indexOf(Math.max(...row)));
          seen++;
        }
      });
    expect(seen).toBe(20);
    expect(model.passesInFlight).toBe(0);
  });

  it.each(['identity', 'softmax'] as const)('lends its %s output until the subscriber returns', (link) => {
    const model = newModel();
    const read = ({ output }: Prediction): number[] => [...elements(output)];
    const expected: number[][] = [];
    batches(2)
      .pipe(predict(model, link))
      .subscribe((prediction) => expected.push(read(prediction)));

    const found: number[][] = [];
    batches(2)
      .pipe(predict(model, link))
      .subscribe((prediction) => {
        const between = model.fprop(minibatch(7).inputs);
        between.linked(link);
        found.push(read(prediction));
        between.release();
      });
    expect(found).toEqual(expected);
  });

  it('gives the pass back when it is unsubscribed, and when an operator after it fails', async () => {
    const model = newModel();
    let pulled = 0;
    const counted = batches(5).pipe(tap(() => pulled++));
    expect(await run(counted.pipe(predict(model), take(1)))).toHaveLength(1);
    expect([pulled, model.passesInFlight]).toEqual([1, 0]);

    const failing = map<Prediction, never>(() => {
      throw new Error('after');
    });
    await expect(run(counted.pipe(predict(model), failing))).rejects.toThrow('after');
    expect([pulled, model.passesInFlight]).toEqual([2, 0]);
    await expect(run(batches(1).pipe(predict(sequential([linear(1)], { inputShape: [9] }))))).rejects.toThrow(
      'expected shape [batch, 9]',
    );
  });

  it('refuses examples that have been overwritten', async () => {
    const late = of({ ...minibatch(0), lease: { isOver: () => true } });
    await expect(run(late.pipe(predict(newModel())))).rejects.toThrow(StateError);
  });

  it.each([
    ['one unit of a regression', 'identity', [linear(1)]],
    ['yes or no several times', 'sigmoid', [linear(2)]],
    ['an output that is no vector', 'identity', [tanh()]],
  ] as const)('names no class where there is none: %s', async (_name, link, boxes) => {
    const inputShape = boxes[0].kind === 'tanh' ? [2, 2] : [4];
    const examples = {
      size: 3,
      inputs: { input: tensor(new Float32Array(12), [3, ...inputShape]) },
      targets: {},
    };
    const [found] = await run(of(examples).pipe(predict(sequential(boxes, { inputShape }), link)));
    expect(found?.labels).toEqual(new Int32Array(0));
  });

  it('takes the largest output for the class where it is none of logits, as after softmax()', async () => {
    const [plain, ended] = [[linear(3)], [linear(3), softmax()]].map((boxes) =>
      sequential(boxes, { inputShape: [inputSize], seed: 1 }),
    ) as [FlowGraph, FlowGraph];
    const labelsOf = (prediction: Prediction): number[] => [...prediction.labels];
    const found = await run(batches(3, 4).pipe(predict(ended), map(labelsOf)));
    expect(found).toEqual(await run(batches(3, 4).pipe(predict(plain, 'softmax'), map(labelsOf))));
    expect(new Set(found.flat()).size).toBeGreaterThan(1);
  });

  it('refuses a link that there is not', async () => {
    // @ts-expect-error: no such link
    await expect(run(batches(1).pipe(predict(newModel(), 'softMax')))).rejects.toThrow(
      new OptionError("link: expected one of softmax, sigmoid, identity, got 'softMax'; name one of these"),
    );
  });

  it('refuses probabilities of an output that is a single number', async () => {
    const model = sequential([tanh()], { inputShape: [] });
    const examples = { size: 1, inputs: { input: tensor([1], [1]) }, targets: {} };
    await expect(run(of(examples).pipe(predict(model, 'softmax')))).rejects.toThrow(
      new ShapeError("softmax of 'tanh1': expected shape [classes], got []; end it with vectors"),
    );
    expect(model.passesInFlight).toBe(0);
  });

  it('answers one unit under a sigmoid by which side of a half it is on', async () => {
    const model = sequential([linear(1)], { inputShape: [1], dtype: 'float64' });
    const weight = model.parameters.find(({ name }) => name === 'linear1.weight');
    if (weight !== undefined) model.assign(weight, [1]);
    const examples: Examples = { size: 2, inputs: { input: tensor([3, -3], [2, 1]) }, targets: {} };
    const [answer] = await run(
      of(examples).pipe(
        predict(model, 'sigmoid'),
        map(({ output, labels: predicted }) => ({
          output: [...elements(output)],
          predicted: [...predicted],
        })),
      ),
    );
    expect(answer?.predicted).toEqual([1, 0]);
    expect(answer?.output[0]).toBeCloseTo(1 / (1 + Math.exp(-3)), 12);
  });
});

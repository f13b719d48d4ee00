import type { Examples } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { linear, sequential, tanh } from '@fluxion/layers';
import { binaryCrossEntropy, l1, l2, softmaxCrossEntropy, sum } from '@fluxion/loss';
import { adam, sgd } from '@fluxion/optim';
import {
  DataError,
  elements,
  labels,
  OptionError,
  random,
  ShapeError,
  StateError,
  tensor,
} from '@fluxion/tensor';
import {
  from,
  map,
  merge,
  type Observable,
  type OperatorFunction,
  of,
  pipe,
  take,
  tap,
  throwError,
  toArray,
} from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { accumulate } from './accumulate.js';
import { bprop } from './bprop.js';
import { clipByGlobalNorm } from './clipByGlobalNorm.js';
import { fprop } from './fprop.js';
import type { Backward, Step } from './messages.js';
import { type Prediction, predict } from './predict.js';
import { train } from './train.js';
import { update } from './update.js';

const inputSize = 3;
const classes = 3;

/** Minibatch number `seed`, made of examples `first` … of one long list. */
function minibatch(first: number, size = 1): Examples {
  const features = random(1, 'features');
  const classOf = random(1, 'classes');
  return {
    size,
    inputs: {
      input: tensor(
        Array.from({ length: size * inputSize }, (_, i) => features.uniform(first * inputSize + i) - 0.5),
        [size, inputSize],
      ),
    },
    targets: { target: labels(Array.from({ length: size }, (_, i) => classOf.integer(first + i, classes))) },
    position: { epoch: 0, block: 0, row: first + size },
  };
}

function newModel(): FlowGraph {
  return sequential([linear(4), tanh(), linear(classes)], {
    inputShape: [inputSize],
    seed: 1,
    dtype: 'float64',
  });
}

function values(model: FlowGraph): number[][] {
  return model.parameters.map(({ value }) => [...elements(value)]);
}

/** Largest difference of any parameter of two models. */
function distance(a: FlowGraph, b: FlowGraph): number {
  const other = values(b).flat();
  return Math.max(
    ...values(a)
      .flat()
      .map((v, i) => Math.abs(v - (other[i] as number))),
  );
}

async function run<T>(stream: Observable<T>): Promise<T[]> {
  let all: T[] = [];
  await stream.pipe(toArray()).forEach((values) => {
    all = values;
  });
  return all;
}

const batches = (count: number, size = 1): Observable<Examples> =>
  from(Array.from({ length: count }, (_, k) => minibatch(k * size, size)));

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

describe('fprop', () => {
  it('holds a pass until it is released, and says so when too many are held', () => {
    const small = sequential([linear(2)], { inputShape: [inputSize], maxPasses: 2 });
    const errors: unknown[] = [];
    const held: { tape: { release(): void } }[] = [];
    batches(3)
      .pipe(fprop(small))
      .subscribe({ next: (forward) => held.push(forward), error: (e) => errors.push(e) });
    expect(errors).toEqual([expect.any(StateError)]);
    for (const { tape } of held) tape.release();
    expect(small.passesInFlight).toBe(0);
  });

  it('refuses an empty minibatch, and one whose size is not that of its tensors', async () => {
    const model = newModel();
    const empty: Examples = {
      size: 0,
      inputs: { input: tensor([], [0, inputSize]) },
      targets: { target: labels([]) },
    };
    await expect(run(of(empty).pipe(fprop(model)))).rejects.toThrow(
      new ShapeError(
        'fprop examples: expected at least one example, got a minibatch of none; leave out the empty ones',
      ),
    );
    await expect(run(of({ ...minibatch(0, 3), size: 2 }).pipe(fprop(model)))).rejects.toThrow(
      new ShapeError(
        'fprop examples: expected inputs of 2 examples, as their size says, got 3; give the length of the first axis as size',
      ),
    );
    expect(model.passesInFlight).toBe(0);
  });
});

describe('bprop', () => {
  it('says where a target is that the loss cannot take', async () => {
    const model = sequential([linear(1)], { inputShape: [inputSize] });
    const examples: Examples = {
      ...minibatch(0, 2),
      targets: { target: tensor([1, 7], [2, 1]) },
      locate: (index) => ({ file: 'clicks.arrow', block: 4, row: 10 + index, column: 'clicked' }),
    };
    await expect(run(of(examples).pipe(fprop(model), bprop(binaryCrossEntropy())))).rejects.toThrow(
      "clicks.arrow, block 4, row 11, column 'clicked': target: expected a number from 0 to 1, got 7",
    );
    expect(model.passesInFlight).toBe(0);
  });

  it('says in which file and row a label is that is no class', async () => {
    const examples: Examples = {
      ...minibatch(0, 2),
      targets: { target: labels([1, 7]) },
      locate: (index) => ({ file: 'digits.arrow', block: 4, row: 10 + index, column: 'digit' }),
    };
    const stream = of(examples).pipe(fprop(newModel()), bprop(softmaxCrossEntropy()));
    await expect(run(stream)).rejects.toThrow(
      "digits.arrow, block 4, row 11, column 'digit': label: expected an integer from 0 to 2, got 7",
    );
    await expect(run(stream)).rejects.toThrow(DataError);
  });

  it('refuses a pass whose parameters have been updated since', async () => {
    const model = newModel();
    const stream = batches(1).pipe(
      fprop(model),
      map((forward) => {
        model.markUpdated();
        return forward;
      }),
      bprop(softmaxCrossEntropy()),
    );
    await expect(run(stream)).rejects.toThrow(StateError);
  });

  it('gives the pass back when it fails', async () => {
    const model = newModel();
    const wrong = { ...minibatch(0), targets: { target: labels([0, 1]) } };
    await expect(run(of(wrong).pipe(fprop(model), bprop(softmaxCrossEntropy())))).rejects.toThrow(
      'expected 1 examples',
    );
    expect(model.passesInFlight).toBe(0);
  });
});

describe('update', () => {
  it('answers a step with its counts, the loss before the update, and where the source goes on', async () => {
    const steps = await run(
      batches(3, 2).pipe(
        train(newModel(), { loss: softmaxCrossEntropy(), optimizer: sgd({ learningRate: 0.1 }) }),
      ),
    );
    expect(steps.map(({ step, example, size }) => [step, example, size])).toEqual([
      [1, 2, 2],
      [2, 4, 2],
      [3, 6, 2],
    ]);
    expect(steps.map(({ position }) => position?.row)).toEqual([2, 4, 6]);
    for (const { loss } of steps) expect(loss).toBeGreaterThan(0);
  });

  it('gives every pass back', async () => {
    const model = newModel();
    await run(
      batches(5).pipe(train(model, { loss: softmaxCrossEntropy(), optimizer: sgd({ learningRate: 0.1 }) })),
    );
    expect(model.passesInFlight).toBe(0);
  });

  it('counts the examples of each subscription, and the steps of the optimizer over all', async () => {
    const model = newModel();
    const stream = batches(2).pipe(
      train(model, { loss: softmaxCrossEntropy(), optimizer: sgd({ learningRate: 0.1 }) }),
    );
    const counts = ({ step, example }: Step): number[] => [step, example];
    expect((await run(stream)).map(counts)).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect((await run(stream)).map(counts)).toEqual([
      [3, 1],
      [4, 2],
    ]);
  });
});

describe('a loss that is not finite', () => {
  it('ends the stream before the update: the model stays as it was', async () => {
    const model = newModel();
    const before = values(model);
    const broken = { ...minibatch(0), inputs: { input: tensor([1, Number.NaN, 0], [1, 3]) } };
    const stream = of(broken).pipe(
      train(model, { loss: softmaxCrossEntropy(), optimizer: sgd({ learningRate: 0.1 }) }),
    );
    await expect(run(stream)).rejects.toThrow(
      'update: expected a finite loss, got NaN at example 1; use a smaller learningRate, or mend inputs that are not finite or very large',
    );
    expect(values(model)).toEqual(before);
    expect(model.passesInFlight).toBe(0);
  });
});

describe('train', () => {
  it.each([
    ['sgd', () => sgd({ learningRate: 0.1, decreaseConstant: 0.01 })],
    ['momentum', () => sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true })],
    ['adam', () => adam()],
  ])('gives the same bits as fprop, bprop and update: %s', async (_name, optimizer) => {
    const [apart, together] = [newModel(), newModel()];
    const loss = softmaxCrossEntropy();
    const regularizer = sum(l1(1e-3), l2(1e-3));
    const steps = await run(batches(50, 3).pipe(fprop(apart), bprop(loss, regularizer), update(optimizer())));
    const others = await run(
      batches(50, 3).pipe(train(together, { loss, regularizer, optimizer: optimizer() })),
    );
    expect(others).toEqual(steps);
    expect(values(together)).toEqual(values(apart));
  });
});

describe('accumulate', () => {
  const loss = softmaxCrossEntropy();
  const optimizer = () => sgd({ learningRate: 0.5 });

  it('makes of passes what a minibatch of them all would be, regularizer counted once', async () => {
    const [passes, minibatches] = [newModel(), newModel()];
    const steps = await run(
      batches(12, 2).pipe(fprop(passes), bprop(loss, l2(0.1)), accumulate(3), update(optimizer())),
    );
    const whole = await run(
      batches(4, 6).pipe(fprop(minibatches), bprop(loss, l2(0.1)), update(optimizer())),
    );
    expect(distance(passes, minibatches)).toBeLessThan(1e-14);
    expect(steps.map(({ example, size }) => [example, size])).toEqual(
      whole.map(({ example, size }) => [example, size]),
    );
    for (const [i, { loss: mean }] of steps.entries()) expect(mean).toBeCloseTo(whole[i]?.loss as number, 13);
  });

  it('weighs passes by their size, and sends on what is left at the end', async () => {
    const [passes, minibatches] = [newModel(), newModel()];
    const uneven = from([minibatch(0, 3), minibatch(3, 1), minibatch(4, 2)]);
    const steps = await run(uneven.pipe(fprop(passes), bprop(loss), accumulate(2), update(optimizer())));
    await run(
      from([minibatch(0, 4), minibatch(4, 2)]).pipe(fprop(minibatches), bprop(loss), update(optimizer())),
    );
    expect(steps.map(({ size }) => size)).toEqual([4, 2]);
    expect(distance(passes, minibatches)).toBeLessThan(1e-14);
  });

  it('sends nothing on before an error', () => {
    const events: unknown[] = [];
    throwError(() => new Error('source'))
      .pipe((source) => (source as Observable<Backward>).pipe(accumulate(2)))
      .subscribe({ next: (b) => events.push(b), error: (e: Error) => events.push(e.message) });
    expect(events).toEqual(['source']);
  });

  it('lets go of a source that pushes all at once, and of its passes, when nobody wants more', async () => {
    const model = newModel();
    let pulled = 0;
    const stream = batches(10).pipe(
      tap(() => pulled++),
      fprop(model),
      bprop(loss),
      accumulate(2),
    );
    expect(await run(stream.pipe(take(1)))).toHaveLength(1);
    expect([pulled, model.passesInFlight]).toEqual([2, 0]);
  });

  it('refuses passes of another model, and gives them back', async () => {
    const [model, other] = [newModel(), newModel()];
    const stream = merge(
      batches(1).pipe(fprop(model), bprop(loss)),
      batches(1).pipe(fprop(other), bprop(loss)),
    ).pipe(accumulate(3));
    await expect(run(stream)).rejects.toThrow('accumulate: expected passes of one model, got another');
    expect([model.passesInFlight, other.passesInFlight]).toEqual([0, 0]);
  });

  it('keeps the sums of two subscriptions apart', async () => {
    const operator = accumulate(2);
    const norms = await Promise.all(
      [0, 1].map(async () => {
        const model = newModel();
        await run(batches(4).pipe(fprop(model), bprop(loss), operator, update(optimizer())));
        return values(model);
      }),
    );
    expect(norms[0]).toEqual(norms[1]);
  });

  it('refuses a number of passes that is none', () => {
    expect(() => accumulate(0)).toThrow(
      'accumulate passes: expected a positive integer, got 0; give one, as 32',
    );
  });
});

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

  it('leaves a shorter gradient as it is', async () => {
    const [clipped, free] = [newModel(), newModel()];
    const optimizer = () => sgd({ learningRate: 0.1 });
    await run(
      batches(20).pipe(fprop(clipped), bprop(loss, l2(0.1)), clipByGlobalNorm(1e6), update(optimizer())),
    );
    await run(batches(20).pipe(fprop(free), bprop(loss, l2(0.1)), update(optimizer())));
    expect(values(clipped)).toEqual(values(free));
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

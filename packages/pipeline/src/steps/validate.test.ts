import { arrowTable, type Examples, fitEncoder } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { linear, sequential, tanh } from '@fluxion/layers';
import { softmaxCrossEntropy, squaredError } from '@fluxion/loss';
import { accuracy, type DriftDetector, NonFinitePredictionError } from '@fluxion/metrics';
import { sgd } from '@fluxion/optim';
import { labels, OptionError, random, ShapeError, StateError, tensor } from '@fluxion/tensor';
import { tableFromArrays } from 'apache-arrow';
import {
  concat,
  delay,
  filter,
  finalize,
  ignoreElements,
  lastValueFrom,
  map,
  type Observable,
  of,
  pipe,
  Subject,
  take,
  tap,
  timer,
  toArray,
} from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { batches, newModel, run, values } from '../../test/training.js';
import { accumulate } from '../accumulate.js';
import { bprop } from '../bprop.js';
import { detectDrift } from '../events/detectDrift.js';
import { examples } from '../examples.js';
import { fprop } from '../fprop.js';
import { evaluate } from '../measuring/evaluate.js';
import { meanLoss } from '../measuring/meanLoss.js';
import type { Step } from '../messages.js';
import { train } from '../train.js';
import { update } from '../update.js';
import { validate } from './validate.js';

const { uniform } = random(5, 'rows');

/** Rows of two numbers and a class that follows from them. */
function table(rows: number, from = 0): ReturnType<typeof arrowTable> {
  const a = Float32Array.from({ length: rows }, (_, i) => uniform(2 * (from + i)) - 0.5);
  const b = Float32Array.from({ length: rows }, (_, i) => uniform(2 * (from + i) + 1) - 0.5);
  const c = Int32Array.from(a, (value, i) => (value > (b[i] as number) ? 1 : 0));
  return arrowTable(tableFromArrays({ a, b, c }));
}

const columns = { input: ['a', 'b'], target: 'c' };
const training = table(40);
const inMemory: Examples = {
  size: 20,
  inputs: { input: tensor(new Float32Array(40), [20, 2]) },
  targets: { target: labels(new Int32Array(20)) },
};
const heldOut = (): Observable<Examples> => examples(table(30, 100), { ...columns, batchSize: 8 });
const newClassifier = (): FlowGraph =>
  sequential([linear(4), tanh(), linear(2)], { inputShape: [2], seed: 3 });
const learn = (model: FlowGraph): ReturnType<typeof train> =>
  train(model, { loss: softmaxCrossEntropy(), optimizer: sgd({ learningRate: 0.5 }) });
const metrics = { loss: meanLoss(softmaxCrossEntropy()), right: accuracy() };
const order = { ...columns, shuffle: true, seed: 2, batchSize: 3 };

describe('validate', () => {
  it('measures the model as it is at the end of each epoch, and changes nothing about training', async () => {
    const model = newClassifier();
    const steps = await lastValueFrom(
      examples(training, { ...order, epochs: 3 }).pipe(
        learn(model),
        validate(model, heldOut(), metrics),
        toArray(),
      ),
    );
    const validated = steps.filter(({ validation }) => validation !== undefined);
    expect(validated.map(({ step, position }) => [step, position])).toEqual([
      [14, { epoch: 1, row: 0 }],
      [28, { epoch: 2, row: 0 }],
      [42, { epoch: 3, row: 0 }],
    ]);

    const other = newClassifier();
    const rule = learn(other);
    for (let epoch = 0; epoch < 3; epoch++) {
      const from = { epoch, row: 0 };
      await examples(training, { ...order, from, epochs: epoch + 1 })
        .pipe(rule)
        .forEach(() => {});
      expect(validated[epoch]?.validation).toEqual(await evaluate(other, heldOut(), metrics));
    }
    expect(values(model)).toEqual(values(other));
    expect(validated[2]?.validation?.loss).toBeLessThan(validated[0]?.validation?.loss as number);
  });

  it('measures the model of the steps where none is named, and hands it on', async () => {
    const model = newClassifier();
    const drifts = detectDrift({ add: () => ({ before: 0, after: 1 }) } as unknown as DriftDetector);
    const stream = examples(training, { ...columns, epochs: 2 }).pipe(
      learn(model),
      drifts,
      validate(heldOut(), metrics),
    );
    const step = (await run(stream)).at(-1);
    expect(step?.model).toBe(model);
    expect(Object.keys(step ?? {})).not.toContain('model');
    expect(step?.validation).toEqual(await evaluate(model, heldOut(), metrics));
  });

  it('has to know the model, of the steps or by name', async () => {
    const stream = examples(training, columns).pipe(
      learn(newClassifier()),
      map((step) => ({ ...step })),
      validate(heldOut(), metrics),
    );
    await expect(run(stream)).rejects.toThrow(
      new StateError(
        'validate: expected steps with their model, as update sends them on, got one without; give it first: validate(model, source, metrics)',
      ),
    );
  });

  it('refuses what is no stream, and no metrics', () => {
    expect(() => validate(undefined as never, metrics)).toThrow(
      new OptionError(
        'validate source: expected a stream of examples, got undefined; give examples(source, options)',
      ),
    );
    expect(() => validate(heldOut(), undefined as never)).toThrow(
      new OptionError(
        'validate metrics: expected metrics by name, got undefined; give them, as { accuracy: accuracy() }',
      ),
    );
  });

  it('measures after every so many examples, however large the minibatches are', async () => {
    const model = newClassifier();
    const steps = await run(
      examples(training, { ...columns, batchSize: 3, epochs: 2 }).pipe(
        learn(model),
        validate(model, heldOut(), metrics, { every: 10 }),
      ),
    );
    const after = steps.flatMap(({ example, validation }) => (validation === undefined ? [] : [example]));
    expect(after).toEqual([12, 21, 30, 40, 52, 61, 70, 80]);
  });

  it('goes on from what was saved, in the middle between two validations', async () => {
    const newOne = () => validate(newClassifier(), heldOut(), metrics, { every: 9 });
    const after = async (
      from: number,
      to: number,
      operator: ReturnType<typeof newOne>,
    ): Promise<number[]> => {
      const stream = examples(training, { ...columns, from: { epoch: 0, row: from } });
      const steps = await run(stream.pipe(take(to - from), learn(newClassifier()), operator));
      return steps.flatMap(({ validation }, i) => (validation === undefined ? [] : [from + i + 1]));
    };
    const [first, second] = [newOne(), newOne()];
    expect(await after(0, 23, first)).toEqual([9, 18]);
    second.restore(first.save());
    expect(await after(23, 40, second)).toEqual([27, 36]);
    expect(() => second.restore(validate(newClassifier(), heldOut(), metrics).save())).toThrow(OptionError);
  });

  it('measures once for each epoch where steps end elsewhere, the last one with the stream', async () => {
    const model = newClassifier();
    const learnSevens = pipe(
      fprop(model),
      bprop(softmaxCrossEntropy()),
      accumulate(7),
      update(sgd({ learningRate: 0.5 })),
    );
    const operator = validate(model, heldOut(), metrics);
    const read = { ...columns, epochs: 3 };
    const steps = await run(examples(training, read).pipe(learnSevens, take(5), operator));
    const resumed = validate(model, heldOut(), metrics);
    resumed.restore(operator.save());
    const from = steps.at(-1)?.position;
    steps.push(...(await run(examples(training, { ...read, from }).pipe(learnSevens, resumed))));
    const after = steps.flatMap(({ validation }, i) => (validation === undefined ? [] : [7 * (i + 1)]));
    // Of 40, 80 and 120 examples, the last one being the first of a step that is cut short.
    expect(after).toEqual([42, 84, 126]);
  });

  it('measures after the first step of the next epoch where a filter drops the last of one', async () => {
    const model = newClassifier();
    const isLast = ({ number = 0 }: Examples): boolean => number % 2 ** 32 === 39;
    const steps = await run(
      examples(training, { ...columns, epochs: 3 }).pipe(
        filter((one) => !isLast(one)),
        learn(model),
        validate(model, heldOut(), metrics),
      ),
    );
    expect(steps.flatMap(({ validation, step }) => (validation === undefined ? [] : [step]))).toEqual([
      40, 79,
    ]);
  });

  it('tells training that diverges by predictions', async () => {
    const model = newClassifier();
    const ruin = tap<Step>(() => model.parameters[0]?.value.data.fill(Number.NaN));
    const stream = examples(training, { ...columns, batchSize: 40 }).pipe(
      learn(model),
      ruin,
      validate(heldOut(), { right: accuracy() }),
    );
    await expect(run(stream)).rejects.toThrow(
      /^validate accuracy: expected a finite prediction, got NaN at example 40; use a smaller learningRate/,
    );
    await expect(evaluate(model, heldOut(), { right: accuracy() })).rejects.toThrow(NonFinitePredictionError);
  });

  it('measures on rows where the model has an encoder', async () => {
    const encoder = await fitEncoder(training, { target: { c: 'classes' } });
    const model = sequential([linear(2)], { encoder, seed: 1 });
    const held = table(300, 100);
    const steps = await run(
      examples(training, { encoder, epochs: 2 }).pipe(learn(model), validate(held, metrics)),
    );
    const figures = steps.flatMap(({ validation }) => validation ?? []);
    expect(figures).toHaveLength(2);
    const encoded = examples(held, { encoder, batchSize: 256 });
    expect(figures[1]).toEqual(await evaluate(model, encoded, metrics));
    expect(await evaluate(model, held, metrics)).toEqual(figures[1]);
  });

  it('refuses rows at the first step where the model has no encoder', async () => {
    const model = newClassifier();
    const refusal = new OptionError(
      "validate source: expected a stream of examples, as the model has no encoder that makes them of rows, got the source 'table'; give examples(source, { input: 'x', target: 'y', batchSize: 256 })",
    );
    expect(() => validate(model, table(9), metrics)).toThrow(refusal);
    let steps = 0;
    const stream = examples(training, { ...columns, epochs: 2 }).pipe(
      learn(model),
      tap(() => steps++),
      validate(table(9), metrics),
    );
    await expect(run(stream)).rejects.toThrow(refusal);
    expect(steps).toBe(1);
    await expect(evaluate(model, table(9), metrics)).rejects.toThrow('evaluate source: expected a stream');
  });

  it('holds the source back until all below have had the figures', async () => {
    const model = newClassifier();
    const log: string[] = [];
    const note = <T>(what: string): ReturnType<typeof tap<T>> => tap<T>(() => log.push(what));
    const slow = concat(timer(5).pipe(ignoreElements()), heldOut().pipe(note('measure'), take(1)));
    await examples(training, { ...columns, batchSize: 20, epochs: 2 })
      .pipe(
        note('push'),
        learn(model),
        validate(model, heldOut().pipe(note('measure'), take(2)), metrics, { every: 20 }),
        note('told'),
        // A second one holds the source in its turn.
        validate(model, slow, metrics),
        note('both'),
      )
      .forEach(() => {});
    const once = ['push', 'measure', 'measure', 'told'];
    expect(log).toEqual([
      ...[...once, 'both'],
      ...[...once, 'measure', 'both'],
      ...[...once, 'both'],
      ...[...once, 'measure', 'both'],
    ]);
  });

  it('gives the last step its figures though a take has ended the stream', async () => {
    const model = newClassifier();
    const steps = await run(
      examples(training, { ...columns, epochs: 2 }).pipe(
        learn(model),
        take(40),
        validate(model, heldOut(), metrics),
      ),
    );
    expect(steps).toHaveLength(40);
    expect(steps[39]?.validation).toBeDefined();
  });

  it('stops measuring when nobody listens any more', async () => {
    const model = newClassifier();
    const ended = new Subject<void>();
    let closed = 0;
    const measured = heldOut().pipe(
      tap(() => ended.next()),
      finalize(() => closed++),
    );
    const seen: Step[] = [];
    await new Promise<void>((resolve) => {
      const subscription = examples(training, { ...columns, epochs: 2 })
        .pipe(finalize(resolve), learn(model), validate(model, measured, metrics))
        .subscribe((step) => seen.push(step));
      ended.pipe(take(1)).subscribe(() => subscription.unsubscribe());
    });
    expect(seen).toHaveLength(39);
    expect(closed).toBe(1);
    expect(model.passesInFlight).toBe(0);
  });

  it('ends with what is wrong in measuring', async () => {
    const model = newClassifier();
    const wrong = validate(model, heldOut(), { loss: meanLoss(squaredError()) });
    await expect(run(examples(training, columns).pipe(learn(model), wrong))).rejects.toThrow(ShapeError);
  });

  it('refuses a source that gives nothing, as one that is used up', async () => {
    const model = newClassifier();
    const once = new Subject<Examples>();
    once.complete();
    const stream = examples(training, columns).pipe(learn(model), validate(model, once, metrics));
    await expect(run(stream)).rejects.toThrow(
      new StateError(
        'validate source: expected examples each time, got none; give one that starts over with each subscription, and has rows',
      ),
    );
  });

  it('refuses steps that have been delayed, and events, which do not wait', async () => {
    const model = newClassifier();
    const late = examples(training, columns).pipe(
      learn(model),
      delay(1),
      validate(model, heldOut(), metrics),
    );
    await expect(run(late)).rejects.toThrow(
      new StateError(
        'validate: expected steps straight from a source that can wait, as examples(), got some from elsewhere; let no operator that delays or buffers stand between, and measure events by prequential()',
      ),
    );
    const fed = newModel();
    const events = batches(4).pipe(learn(fed), validate(fed, batches(2), metrics, { every: 2 }));
    await expect(run(events)).rejects.toThrow(StateError);
  });

  it('refuses steps that come, as the source ends, from another one that does not wait', async () => {
    const model = newClassifier();
    const steps = concat(examples(training, columns), of(inMemory, inMemory)).pipe(
      learn(model),
      validate(model, heldOut(), metrics, { every: 20 }),
    );
    await expect(run(steps)).rejects.toThrow(
      'validate: expected the source to wait while the model is measured, got another step',
    );
  });

  it('refuses steps that do not tell where an epoch ends', async () => {
    const step = { step: 1, example: 1, size: 1, loss: 1, position: undefined };
    const stream = of<Step>(step).pipe(validate(newModel(), batches(1), metrics));
    await expect(run(stream)).rejects.toThrow(
      new StateError(
        'validate: expected steps with the position of their examples, got one without; say every how many examples to validate',
      ),
    );
  });

  it.each([0, -1, 1.5])('refuses to measure every %d examples', (every) => {
    expect(() => validate(newModel(), batches(1), metrics, { every })).toThrow(
      new OptionError(`validate every: expected a positive integer, got ${every}; give one, as 10000`),
    );
  });

  it('passes on steps, end, error and unsubscription at their time', () => {
    const step: Step = { step: 1, example: 1, size: 1, loss: 1, position: { epoch: 0, row: 1 } };
    const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
    scheduler.run(({ cold, expectObservable, expectSubscriptions }) => {
      const through = validate(newModel(), batches(1), metrics);
      for (const marbles of ['a-a--|', '--a-#', '|', '#', '(aa|)']) {
        const source = cold(marbles, { a: step });
        expectObservable(source.pipe(through)).toBe(marbles, { a: step });
      }
      const source = cold('a-a-a-a', { a: step });
      expectObservable(source.pipe(through), '^--!').toBe('a-a-', { a: step });
      expectSubscriptions(source.subscriptions).toBe('^--!');
    });
  });
});

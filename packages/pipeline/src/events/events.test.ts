import { onlineEncoder, standardize } from '@fluxion/data';
import { linear, sequential } from '@fluxion/layers';
import { squaredError } from '@fluxion/loss';
import { adwin } from '@fluxion/metrics';
import { adam, optimizerState, sgd } from '@fluxion/optim';
import { DataError, elements, OptionError, random } from '@fluxion/tensor';
import { from, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { encode, type Row } from '../encode.js';
import { train } from '../train.js';
import { delayedLabels } from './delayedLabels.js';
import { detectDrift } from './detectDrift.js';
import { raceFresh } from './raceFresh.js';
import { raisedRate } from './raisedRate.js';

const loss = squaredError();
const { uniform } = random(1, 'events');

/** y = 3x, and from one event on y = −3x. */
const events = (count: number, change: number): Row[] =>
  Array.from({ length: count }, (_, i) => {
    const x = 2 * uniform(i) - 1;
    return { x, y: (i < change ? 3 : -3) * x };
  });

function newModel(seed = 1) {
  const encoder = onlineEncoder({
    columns: { x: standardize() },
    target: { y: { mean: 0, deviation: 1 } },
  });
  return { encoder, model: sequential([linear(1)], { encoder, seed }) };
}

const weightsOf = ({ parameters }: ReturnType<typeof newModel>['model']): unknown =>
  parameters.map(({ value }) => [...elements(value)]);

describe('detectDrift', () => {
  it('adds to the step that shows it that the loss has changed', async () => {
    const { encoder, model } = newModel();
    const optimizer = sgd({ learningRate: 0.02 });
    const found: number[] = [];
    await from(events(2000, 1000))
      .pipe(encode(encoder, { online: true }), train(model, { loss, optimizer }), detectDrift(adwin()))
      .forEach(({ step, drift }) => {
        if (drift !== undefined && drift.after > drift.before) found.push(step);
      });
    expect(found[0]).toBeGreaterThan(1000);
    expect(found[0]).toBeLessThan(1100);
  });
});

describe('raisedRate', () => {
  it('is higher for so many updates after a drift, and goes on so when it is restored', () => {
    const rate = raisedRate({ learningRate: 0.1, factor: 4, updates: 10 });
    const other = raisedRate({ learningRate: 0.1, factor: 4, updates: 10 });
    const [steps, others] = [rate, other].map((each) => {
      const steps = new Subject<{ drift?: { before: number; after: number } }>();
      steps.pipe((source) => each(source as never)).subscribe();
      return steps;
    });
    expect(rate.learningRate(6)).toBe(0.1);
    steps?.next({ drift: { before: 0, after: 1 } });
    for (let t = 0; t < 9; t++) steps?.next({});
    other.restore(rate.save());
    expect([rate.learningRate(16), other.learningRate(16)]).toEqual([0.4, 0.4]);
    steps?.next({});
    others?.next({});
    // Of a model that is younger, too.
    expect([rate.learningRate(17), other.learningRate(3)]).toEqual([0.1, 0.1]);
    expect(() => raisedRate({ learningRate: 0.1, updates: 5 }).restore(rate.save())).toThrow(OptionError);
    expect(() => raisedRate({ learningRate: 0.1, factor: 0 })).toThrow('expected a number above 0, got 0');
  });

  it('learns faster what is new', async () => {
    const after = async (factor: number): Promise<number> => {
      const { encoder, model } = newModel();
      const rate = raisedRate({ learningRate: 0.005, factor, updates: 300 });
      const optimizer = sgd({ learningRate: rate.learningRate });
      let sum = 0;
      await from(events(2000, 1000))
        .pipe(
          encode(encoder, { online: true }),
          train(model, { loss, optimizer }),
          detectDrift(adwin()),
          rate,
        )
        .forEach((step) => {
          if (step.step > 1100) sum += step.loss;
        });
      return sum;
    };
    expect(await after(10)).toBeLessThan(0.7 * (await after(1)));
  });
});

describe('raceFresh', () => {
  /** Trains with a model whose rate has become too small to learn what is new; a new one begins at a high rate. */
  const program = (length = 400) => {
    const { encoder, model } = newModel();
    const optimizer = sgd({ learningRate: (t) => 0.2 / (1 + t / 20) });
    const race = raceFresh(model, {
      loss,
      optimizer,
      examples: length,
      fresh: () => sequential([linear(1)], { encoder, seed: 2 }),
    });
    return { encoder, model, optimizer, race };
  };
  const rows = events(2400, 1000);

  it('puts the new model in the place of the old one where it does better', async () => {
    const { encoder, model, optimizer, race } = program();
    const ended: unknown[] = [];
    await from(rows)
      .pipe(encode(encoder, { online: true }), race)
      .forEach((step) => {
        if (step.step === 1050) race.begin();
        if (step.race !== undefined) ended.push([step.race, step.step]);
      });
    expect(ended).toEqual([['won by the new', 1450]]);
    expect(optimizerState(optimizer, model).step).toBe(2400 - 1050);
  });

  it('keeps the old model where the new one does worse', async () => {
    const { encoder, race } = program(20);
    const ended: unknown[] = [];
    await from(events(900, 2000))
      .pipe(encode(encoder, { online: true }), race)
      .forEach((step) => {
        if (step.step === 450) race.begin();
        if (step.race !== undefined) ended.push(step.race);
      });
    expect(ended).toEqual(['won by the old']);
  });

  it('goes on in the middle of a race with what it saved', () => {
    const straight = program();
    const [first, second] = [program(), program()];
    const run = ({ encoder, race }: ReturnType<typeof program>, some: readonly Row[]): void => {
      from(some)
        .pipe(encode(encoder, { online: true }), race)
        .subscribe();
    };
    run(straight, rows.slice(0, 1050));
    straight.race.begin();
    run(straight, rows.slice(1050));
    run(first, rows.slice(0, 1050));
    first.race.begin();
    run(first, rows.slice(1050, 1200));
    second.encoder.takeOver(first.encoder);
    for (const [i, { value }] of first.model.parameters.entries()) {
      second.model.assign(second.model.parameters[i], elements(value));
    }
    optimizerState(second.optimizer, second.model).restore(
      optimizerState(first.optimizer, first.model).save(),
    );
    second.race.restore(first.race.save());
    run(second, rows.slice(1200));
    expect(weightsOf(second.model)).toEqual(weightsOf(straight.model));
  });

  it('refuses a new model of another graph', () => {
    const { encoder, model } = newModel();
    const fresh = () => sequential([linear(2), linear(1)], { encoder });
    expect(() => raceFresh(model, { loss, optimizer: adam(), fresh }).begin()).toThrow(
      'raceFresh fresh: expected a model with linear1.weight [2,1], linear1.bias [1], got linear1.weight [2,2]',
    );
  });
});

describe('delayedLabels', () => {
  const joined = (rows: readonly Row[], labels = delayedLabels({ key: 'id', horizon: 2 })) => {
    const out: Row[] = [];
    from(rows)
      .pipe(labels)
      .subscribe((row) => out.push(row));
    return { out, labels };
  };

  it('joins events with the labels that come for them, in the order of these', () => {
    const { out, labels } = joined([
      { id: 1, x: 1 },
      { id: 2, x: 2 },
      { id: 2, y: 'b' },
      { id: 1, y: 'a' },
    ]);
    expect(out).toEqual([
      { id: 2, x: 2, y: 'b' },
      { id: 1, x: 1, y: 'a' },
    ]);
    expect([labels.waiting, labels.expired, labels.unknown]).toEqual([0, 0, 0]);
  });

  it('keeps no more events than its horizon, and counts what comes to nothing', () => {
    const labels = delayedLabels({ key: 'id', horizon: 2, isLabel: (row) => 'y' in row });
    const { out } = joined(
      [{ id: 1 }, { id: 2 }, { id: 3 }, { id: 1, y: 'late' }, { id: 3, y: 'c' }],
      labels,
    );
    expect(out).toEqual([{ id: 3, y: 'c' }]);
    expect([labels.waiting, labels.expired, labels.unknown]).toEqual([1, 1, 1]);
  });

  it('goes on with what waited when it was saved', () => {
    const { labels } = joined([
      { id: 1, x: 1 },
      { id: 2, x: 2 },
    ]);
    const again = delayedLabels({ key: 'id', horizon: 2 });
    again.restore(JSON.parse(JSON.stringify({ ...labels.save(), tensors: undefined })));
    expect(joined([{ id: 1, y: 'a' }], again).out).toEqual([{ id: 1, x: 1, y: 'a' }]);
    expect(() => delayedLabels({ key: 'id', horizon: 3 }).restore(labels.save())).toThrow(OptionError);
  });

  it('ends the stream on a row without the key', async () => {
    await expect(() =>
      from([{ x: 1 }])
        .pipe(delayedLabels({ key: 'id', horizon: 2 }))
        .forEach(() => {}),
    ).rejects.toThrow(DataError);
    expect(() => delayedLabels({ key: 'id', horizon: 0 })).toThrow('expected a positive integer, got 0');
  });
});

describe('encode with onBadRow', () => {
  it('gives away what cannot be used, and learns as if it had not come', async () => {
    const good = events(50, 100);
    const bad = [{ x: Number.POSITIVE_INFINITY, y: 1 }, { y: 1 }, { x: 1, y: 'three' }];
    const learned = async (rows: readonly (Row | Row[])[]) => {
      const { encoder, model } = newModel();
      const left: [Row, DataError][] = [];
      const onBadRow = (row: Row, error: DataError) => left.push([row, error]);
      await from(rows)
        .pipe(encode(encoder, { online: true, onBadRow }), train(model, { loss, optimizer: adam() }))
        .forEach(() => {});
      return { weights: weightsOf(model), left };
    };
    const plain = await learned(good);
    const mixed = await learned([...good.slice(0, 20), ...bad, ...good.slice(20)]);
    expect(mixed.weights).toEqual(plain.weights);
    expect(mixed.left.map(([row]) => row)).toEqual(bad);
    expect(mixed.left[0]?.[1].message).toContain("column 'x'");
    const lists = await learned([[...good.slice(0, 3), bad[0] as Row], [bad[1] as Row]]);
    expect(lists.left).toHaveLength(2);
    expect(lists.weights).toEqual((await learned([good.slice(0, 3)])).weights);
  });
});

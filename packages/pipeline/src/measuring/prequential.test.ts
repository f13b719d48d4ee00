import type { Examples } from '@fluxion/data';
import { type BoxDefinition, FlowGraph } from '@fluxion/graph';
import { boxes, dropout, linear, sequential } from '@fluxion/layers';
import { softmaxCrossEntropy } from '@fluxion/loss';
import { accuracy, confusion, NonFinitePredictionError, rocAuc } from '@fluxion/metrics';
import { adam, sgd } from '@fluxion/optim';
import { labels, OptionError, type Saved, tensor } from '@fluxion/tensor';
import { of, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { batches, minibatch, newModel, run, values } from '../../test/training.js';
import { bprop } from '../bprop.js';
import { DivergenceError } from '../divergenceError.js';
import { fprop } from '../fprop.js';
import { train } from '../train.js';
import { update } from '../update.js';
import { evaluate } from './evaluate.js';
import { meanLoss } from './meanLoss.js';
import { prequential } from './prequential.js';

const loss = softmaxCrossEntropy();
const metrics = { loss: meanLoss(loss), right: accuracy(), auc: rocAuc({ class: 0 }) };

describe('prequential', () => {
  it('measures each example as it is predicted before it is learned from', async () => {
    const model = newModel();
    const progress = prequential(metrics, { window: 7 });
    await run(batches(50).pipe(fprop(model), progress, bprop(loss), update(sgd({ learningRate: 0.5 }))));

    // The same by hand: evaluate one, then learn it; the metrics over what was written down.
    const other = newModel();
    const optimizer = sgd({ learningRate: 0.5 });
    const found: { loss: number; right: number }[] = [];
    for (let i = 0; i < 50; i++) {
      found.push(await evaluate(other, of(minibatch(i)), { loss: meanLoss(loss), right: accuracy() }));
      await run(of(minibatch(i)).pipe(train(other, { loss, optimizer })));
    }
    const mean = (of: 'loss' | 'right', last: number): number =>
      found.slice(-last).reduce((sum, one) => sum + one[of], 0) / last;
    const { examples, all, window } = progress.figures;
    expect(examples).toBe(50);
    expect(all.loss).toBeCloseTo(mean('loss', 50), 13);
    expect(all.right).toBeCloseTo(mean('right', 50), 13);
    expect(window.loss).toBeCloseTo(mean('loss', 7), 13);
    expect(window.right).toBeCloseTo(mean('right', 7), 13);
    expect(all.auc).toBeGreaterThan(0);
    expect(values(model)).toEqual(values(other));
  });

  it('has the figures of the example at hand when its step comes', () => {
    const progress = prequential(metrics);
    const events = new Subject<Examples>();
    const seen: number[][] = [];
    events
      .pipe(train(newModel(), { loss, optimizer: adam(), prequential: progress }))
      .subscribe(({ example }) => seen.push([example, progress.figures.examples]));
    for (let i = 0; i < 3; i++) events.next(minibatch(i));
    expect(seen).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });

  it('changes nothing about training, by operators or in train', async () => {
    const [plain, watched] = [newModel(), newModel()];
    const rule = { loss, optimizer: sgd({ learningRate: 0.3 }) };
    const steps = await run(batches(20, 2).pipe(train(plain, rule)));
    const progress = prequential(metrics);
    expect(await run(batches(20, 2).pipe(train(watched, { ...rule, prequential: progress })))).toEqual(steps);
    expect(values(watched)).toEqual(values(plain));
    expect(progress.figures.examples).toBe(40);
  });

  it('goes on from what was saved with the same bits', async () => {
    const [whole, first, second] = [1, 2, 3].map(() => prequential(metrics, { window: 5 })) as [
      ReturnType<typeof prequential<typeof metrics>>,
      ReturnType<typeof prequential<typeof metrics>>,
      ReturnType<typeof prequential<typeof metrics>>,
    ];
    const model = newModel();
    for (let i = 0; i < 20; i++) {
      await run(of(minibatch(i)).pipe(fprop(model), whole));
      await run(of(minibatch(i)).pipe(fprop(model), i < 9 ? first : second));
      if (i === 8) second.restore(copy(first.save()));
    }
    expect(second.figures).toEqual(whole.figures);
    expect(copy(second.save())).toEqual(copy(whole.save()));
  });

  it('refuses what was saved of other metrics', () => {
    const saved = prequential({ right: accuracy() }).save();
    expect(() => prequential({ wrong: accuracy() }).restore(saved)).toThrow(
      new OptionError(
        'prequential restore: expected prequential of wrong, got prequential of right; restore with the metrics that were saved',
      ),
    );
    expect(() => prequential({ right: accuracy() }, { window: 5 }).restore(saved)).toThrow(OptionError);
  });

  it('has no figures before the first example', () => {
    const { figures } = prequential({ right: accuracy(), pairs: confusion() });
    expect(figures).toEqual({
      examples: 0,
      all: { right: Number.NaN, pairs: [] },
      window: { right: Number.NaN, pairs: [] },
    });
  });

  it('predicts by a pass of its own where a box behaves otherwise in training', async () => {
    /** Passes its input on in predicting, and turns it round in training. */
    const turning: BoxDefinition = {
      children: 1,
      outputShape: (_, [input]) => input ?? [],
      fprop: ({ kernels, inputs: [input], output, pass }) => {
        const [same, turned] = [1, -1].map((factor) =>
          kernels.copy(input as NonNullable<typeof input>, { tensor: output, beta: 0 }, factor),
        );
        return [() => (pass.mode === 'train' ? turned?.() : same?.())];
      },
      bprop: () => [],
    };
    const model = new FlowGraph(
      {
        inputs: { x: [2] },
        boxes: { top: { kind: 'turning', children: ['x'] } },
        outputs: ['top'],
      },
      { definitions: { ...boxes, turning } },
    );
    const examples: Examples = {
      size: 1,
      inputs: { x: tensor([5, 0], [1, 2]) },
      targets: { target: labels([0]) },
    };
    const progress = prequential({ right: accuracy() });
    await run(of(examples, examples).pipe(fprop(model), progress));
    expect(progress.figures.all.right).toBe(1);
    expect(model.passesInFlight).toBe(0);
  });

  it('predicts without dropout while training drops', async () => {
    const [watched, other] = [1, 2].map(() =>
      sequential([linear(8), dropout(0.5), linear(3)], { inputShape: [3], seed: 1, dtype: 'float64' }),
    ) as [FlowGraph, FlowGraph];
    const progress = prequential({ loss: meanLoss(loss) });
    const rules = [1, 2].map(() => ({ loss, optimizer: sgd({ learningRate: 0.3 }) }));
    const [rule, otherRule] = rules as [(typeof rules)[0], (typeof rules)[0]];
    let sum = 0;
    for (let i = 0; i < 20; i++) {
      sum += (await evaluate(other, of(minibatch(i)), { loss: meanLoss(loss) })).loss;
      await run(of(minibatch(i)).pipe(train(other, otherRule)));
      await run(of(minibatch(i)).pipe(train(watched, { ...rule, prequential: progress })));
    }
    expect(progress.figures.all.loss).toBeCloseTo(sum / 20, 13);
    expect(values(watched)).toEqual(values(other));
  });

  it('tells training that diverges from data that cannot be used', async () => {
    const progress = prequential({ right: accuracy() });
    const steps = batches(9).pipe(
      train(newModel(), { loss, optimizer: sgd({ learningRate: 1e308 }), prequential: progress }),
    );
    const error = await run(steps).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(DivergenceError);
    expect(error).toMatchObject({
      prediction: Number.NaN,
      loss: Number.NaN,
      example: progress.figures.examples + 1,
      message: expect.stringMatching(
        /^prequential accuracy: expected a finite prediction, got NaN at example \d; use a smaller learningRate/,
      ),
      cause: expect.any(NonFinitePredictionError),
    });
  });

  it('says of a model that only predicts what the metric says', async () => {
    const model = newModel();
    model.parameters[0]?.value.data.fill(Number.NaN);
    const stream = batches(1).pipe(fprop(model, { mode: 'predict' }), prequential({ right: accuracy() }));
    await expect(run(stream)).rejects.toThrow(NonFinitePredictionError);
  });

  it('says where in the data a label is that is no class', async () => {
    const wrong = {
      ...minibatch(0),
      targets: { target: labels([9]) },
      locate: () => ({ file: 'clicks.arrow', row: 3 }),
    };
    await expect(run(of(wrong).pipe(fprop(newModel()), prequential({ right: accuracy() })))).rejects.toThrow(
      'clicks.arrow, row 3: accuracy label: expected an integer from 0 to 2, got 9',
    );
  });
});

/** As a checkpoint keeps it. */
function copy({ kind, options, tensors }: Saved): Saved {
  return {
    kind,
    options: JSON.parse(JSON.stringify(options)),
    tensors: new Map([...tensors].map(([name, { data, shape }]) => [name, tensor(data.slice(), shape)])),
  };
}

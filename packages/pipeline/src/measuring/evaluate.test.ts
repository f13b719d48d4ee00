import { arrowTable, type Examples, fitEncoder } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { apply, graph, linear, sequential, sigmoid, softmax, tanh } from '@fluxion/layers';
import { binaryCrossEntropy, negativeLogLikelihood, softmaxCrossEntropy, squaredError } from '@fluxion/loss';
import { accuracy, confusion, logLoss, mae, rmse } from '@fluxion/metrics';
import { DataError, elements, labels, OptionError, ShapeError, StateError, tensor } from '@fluxion/tensor';
import { tableFromArrays } from 'apache-arrow';
import { map, type Observable, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { batches, minibatch, newModel } from '../../test/training.js';
import { examples } from '../examples.js';
import { evaluate } from './evaluate.js';
import { meanLoss } from './meanLoss.js';
import { ofOutput } from './ofOutput.js';

/** Two outputs that are their input, so that the class is that of its larger number. */
function twoOutputs(): FlowGraph {
  const model = graph({
    inputs: { x: [2] },
    boxes: { a: apply(linear(2), 'x'), b: apply(linear(2), 'x') },
    outputs: ['a', 'b'],
  });
  for (const parameter of model.parameters) {
    model.assign(parameter, parameter.name.endsWith('weight') ? [1, 0, 0, 1] : [0, 0]);
  }
  return model;
}

const twoExamples = (targets: Examples['targets']): Examples => ({
  size: 2,
  inputs: { x: tensor([1, 0, 0, 1], [2, 2]) },
  targets,
});

describe('accuracy', () => {
  const right = labels([0, 1]);
  const wrong = labels([1, 0]);

  it('is the share of the labels that have the largest output', async () => {
    const model = newModel();
    const found = await evaluate(model, batches(3, 5), { accuracy: accuracy() });
    let hits = 0;
    for (let i = 0; i < 15; i++) {
      const { inputs, targets } = minibatch(i);
      const tape = model.fprop(inputs);
      const output = [...elements(tape.output)];
      if (output.indexOf(Math.max(...output)) === targets.target?.get(0)) hits++;
      tape.release();
    }
    expect(found.accuracy).toBe(hits / 15);
  });

  it('measures each output against its own targets', async () => {
    const examples = of(twoExamples({ a: right, b: wrong }));
    const found = await evaluate(twoOutputs(), examples, {
      main: accuracy(),
      a: ofOutput('a', accuracy()),
      b: ofOutput('b', accuracy()),
    });
    expect(found).toEqual({ main: 1, a: 1, b: 0 });
  });

  it('takes the only targets there are, whatever their name', async () => {
    const found = await evaluate(twoOutputs(), of(twoExamples({ class: right })), {
      b: ofOutput('b', accuracy()),
    });
    expect(found.b).toBe(1);
  });

  it.each([
    ['of other names', { a: right, bb: right }, 'a, bb'],
    ['none', {}, 'none'],
  ])('refuses targets that are not of its output: %s', async (_name, targets, got) => {
    await expect(
      evaluate(twoOutputs(), of(twoExamples(targets)), { b: ofOutput('b', accuracy()) }),
    ).rejects.toThrow(
      new OptionError(`accuracy of 'b': expected a tensor for each of b, got ${got}; give one for 'b'`),
    );
  });

  it.each([
    ['the sign', []],
    ['what a sigmoid makes of it', [sigmoid()]],
  ])('is told by %s where there is one unit', async (_, link) => {
    const model = sequential([linear(1), ...link], { inputShape: [1] });
    model.parameters.forEach((parameter, i) => model.assign(parameter, [1 - i]));
    const examples = of({
      size: 3,
      inputs: { input: tensor([2, -1, 3], [3, 1]) },
      targets: { target: tensor([1, 0, 0], [3, 1]) },
    });
    expect(await evaluate(model, examples, { accuracy: accuracy() })).toEqual({ accuracy: 2 / 3 });
  });

  it('refuses targets that are no labels, outputs that are no vectors and outputs that there are not', async () => {
    const values = of(twoExamples({ a: tensor([1, 0, 0, 1], [2, 2]) }));
    await expect(evaluate(twoOutputs(), values, { a: ofOutput('a', accuracy()) })).rejects.toThrow(
      new ShapeError(
        'accuracy targets: expected one label for each of [2] examples, got shape [2, 2]; give labels, or use a metric of values, as rmse()',
      ),
    );
    const picture = sequential([tanh()], { inputShape: [2, 2] });
    const pictures = of({
      size: 1,
      inputs: { input: tensor([1, 0, 0, 1], [1, 2, 2]) },
      targets: { target: labels([0]) },
    });
    await expect(evaluate(picture, pictures, { all: accuracy() })).rejects.toThrow(
      'accuracy targets: expected one label for each of [1, 2] examples, got shape [1]',
    );
    await expect(evaluate(twoOutputs(), of(), { c: ofOutput('c', accuracy()) })).rejects.toThrow("got 'c'");
  });
});

describe('a metric of classes', () => {
  /** An output that is its input, of one example. */
  const identity = (units: number, ...boxes: Parameters<typeof sequential>[0]): FlowGraph => {
    const model = sequential([linear(units), ...boxes], { inputShape: [units] });
    const eye = Array.from({ length: units * units }, (_, i) => (i % (units + 1) === 0 ? 1 : 0));
    for (const parameter of model.parameters) {
      model.assign(parameter, parameter.name.endsWith('weight') ? eye : new Array(units).fill(0));
    }
    return model;
  };
  const one = (...logits: number[]): Observable<Examples> =>
    of({
      size: 1,
      inputs: { input: tensor(logits, [1, logits.length]) },
      targets: { target: labels([0]) },
    });
  const wrong = -Math.log(1 / (1 + Math.exp(2)));

  it('gets probabilities of logits: by softmax of several units, sigmoid of one', async () => {
    expect((await evaluate(identity(2), one(0, 2), { p: logLoss() })).p).toBeCloseTo(wrong, 6);
    expect((await evaluate(identity(1), one(2), { p: logLoss() })).p).toBeCloseTo(wrong, 6);
  });

  it.each([
    ['softmax', softmax(), 2, [0, 2]],
    ['sigmoid', sigmoid(), 1, [2]],
  ] as const)('gets the output as it is of a %s box', async (_, box, units, logits) => {
    expect((await evaluate(identity(units, box), one(...logits), { p: logLoss() })).p).toBeCloseTo(wrong, 6);
  });

  it('gets the probabilities of the loss that is measured beside it', async () => {
    // negativeLogLikelihood takes probabilities, whatever box they come from.
    const metrics = { loss: meanLoss(negativeLogLikelihood()), p: logLoss() };
    const { loss, p } = await evaluate(identity(2), one(0.25, 0.75), metrics);
    expect(loss).toBeCloseTo(-Math.log(0.25), 6);
    expect(p).toBeCloseTo(loss, 6);
  });

  it('gets the probabilities of the link that it is given', async () => {
    const metrics = { p: ofOutput('linear1', logLoss(), 'identity') };
    expect((await evaluate(identity(2), one(0.25, 0.75), metrics)).p).toBeCloseTo(-Math.log(0.25), 6);
  });

  it('may have a figure that is no number', async () => {
    const { pairs }: { pairs: readonly (readonly number[])[] } = await evaluate(identity(2), one(0, 2), {
      pairs: confusion(),
    });
    expect(pairs).toEqual([
      [0, 1],
      [0, 0],
    ]);
  });

  it('says where in the data the model makes no number', async () => {
    const model = identity(2);
    for (const parameter of model.parameters) {
      model.assign(
        parameter,
        elements(parameter.value).map((value) => value * 1e38),
      );
    }
    const examples: Observable<Examples> = one(10, 0).pipe(
      map((example) => ({ ...example, locate: () => ({ file: 'clicks.arrow', row: 12 }) })),
    );
    await expect(evaluate(model, examples, { p: logLoss() })).rejects.toThrow(
      'clicks.arrow, row 12: logLoss prediction: expected a finite number, got NaN',
    );
  });
});

describe('a metric of values', () => {
  it("is in the target's own units where the model has an encoder", async () => {
    const price = Float32Array.from({ length: 40 }, (_, i) => 1000 + 10 * i);
    const age = Float32Array.from({ length: 40 }, (_, i) => (i * 7) % 40);
    const table = arrowTable(tableFromArrays({ price, age }));
    const encoder = await fitEncoder(table, { target: 'price', input: ['age'] });
    const model = sequential([linear(1)], { encoder, seed: 1 });
    // Says the mean, whatever it is asked.
    for (const parameter of model.parameters) {
      model.assign(parameter, elements(parameter.value).fill(0));
    }
    const found = await evaluate(model, examples(table, { encoder, batchSize: 7 }), {
      rmse: rmse(),
      mae: mae(),
    });
    const mean = price.reduce((sum, value) => sum + value) / 40;
    const variance = price.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 40;
    expect(found.rmse).toBeCloseTo(Math.sqrt(variance), 3);
    expect(found.mae).toBeCloseTo(100, 3);
  });

  it('gets the output as it is', async () => {
    const model = newModel();
    const examples = batches(2, 4).pipe(
      map((minibatch) => {
        const tape = model.fprop(minibatch.inputs);
        const output = tensor(
          elements(tape.output).map((value) => value + 1),
          [4, 3],
        );
        tape.release();
        return { ...minibatch, targets: { target: output } };
      }),
    );
    expect((await evaluate(model, examples, { rmse: rmse() })).rmse).toBeCloseTo(1, 12);
  });
});

describe('meanLoss', () => {
  it('is the mean over all examples, whatever the minibatches', async () => {
    const model = newModel();
    const metrics = { loss: meanLoss(softmaxCrossEntropy()) };
    const whole = await evaluate(model, batches(1, 12), metrics);
    const parts = await evaluate(model, batches(4, 3), metrics);
    expect(parts.loss).toBeCloseTo(whole.loss, 13);
  });

  it('weighs each example, as every metric does', async () => {
    const model = newModel();
    const weighted = batches(3, 4).pipe(
      map((minibatch, i) => ({ ...minibatch, weights: tensor([1, 0, 2, i]) })),
    );
    const { loss, right } = await evaluate(model, weighted, {
      loss: meanLoss(softmaxCrossEntropy()),
      right: accuracy(),
    });
    const one = { loss: meanLoss(softmaxCrossEntropy()), right: accuracy() };
    let [sum, hits, total] = [0, 0, 0];
    for (let i = 0; i < 12; i++) {
      const weight = [1, 0, 2, Math.floor(i / 4)][i % 4] as number;
      const alone = await evaluate(model, of(minibatch(i)), one);
      sum += weight * alone.loss;
      hits += weight * alone.right;
      total += weight;
    }
    expect(loss).toBeCloseTo(sum / total, 13);
    expect(right).toBeCloseTo(hits / total, 13);
  });

  it('is summed over the outputs', async () => {
    const examples = of(twoExamples({ a: labels([0, 1]), b: labels([1, 0]) }));
    const [a, b] = [{ a: softmaxCrossEntropy() }, { b: softmaxCrossEntropy() }];
    const found = await evaluate(twoOutputs(), examples, {
      a: meanLoss(a),
      b: meanLoss(b),
      both: meanLoss({ ...a, ...b }),
    });
    expect(found.both).toBeCloseTo(found.a + found.b, 6);
    expect(found.b).toBeGreaterThan(found.a);
  });

  it('refuses targets that are not of its output', async () => {
    const metrics = { b: meanLoss({ b: softmaxCrossEntropy() }) };
    const examples = of(twoExamples({ a: labels([0, 1]), bb: labels([0, 1]) }));
    await expect(evaluate(twoOutputs(), examples, metrics)).rejects.toThrow(OptionError);
  });
});

describe('evaluate', () => {
  it('is NaN over no examples', async () => {
    const metrics = { loss: meanLoss(softmaxCrossEntropy()), accuracy: accuracy() };
    expect(await evaluate(newModel(), of(), metrics)).toEqual({ loss: Number.NaN, accuracy: Number.NaN });
  });

  it('refuses examples that have been overwritten', async () => {
    const late = of({ ...minibatch(0), lease: { isOver: () => true } });
    await expect(evaluate(newModel(), late, { accuracy: accuracy() })).rejects.toThrow(StateError);
  });

  it('gives the passes back when a metric fails', async () => {
    const model = newModel();
    const metrics = { loss: meanLoss(squaredError()) };
    await expect(evaluate(model, batches(2), metrics)).rejects.toThrow(ShapeError);
    await expect(evaluate(model, batches(2), { loss: meanLoss(binaryCrossEntropy()) })).rejects.toThrow(
      ShapeError,
    );
    expect(model.passesInFlight).toBe(0);
  });

  it('says where in the data a target is that the loss cannot take, beyond the first minibatch too', async () => {
    const rows = Float32Array.from({ length: 10 }, (_, i) => (i === 7 ? 5 : i % 2));
    const table = arrowTable(tableFromArrays({ a: rows, yes: rows }));
    const model = sequential([linear(1)], { inputShape: [1], seed: 1 });
    const source = examples(table, { input: 'a', target: 'yes', targetKind: 'values', batchSize: 4 });
    const failure: unknown = await evaluate(model, source, { loss: meanLoss(binaryCrossEntropy()) }).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(DataError);
    expect((failure as DataError).place).toMatchObject({ row: 7, column: 'yes' });
  });
});

import {
  arrowTable,
  fitEncoder,
  type RowPrediction,
  restoreEncoder,
  type Source,
  symlog,
} from '@fluxion/data';
import { apply, graph, linear, relu, sequential, softmax } from '@fluxion/layers';
import { binaryCrossEntropy, softmaxCrossEntropy, squaredError } from '@fluxion/loss';
import { sgd } from '@fluxion/optim';
import { DataError, StateError } from '@fluxion/tensor';
import { tableFromArrays } from 'apache-arrow';
import { from, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { encode } from './encode.js';
import { examples } from './examples.js';
import { predict } from './predict.js';
import { predictRow, predictRows } from './predictRow.js';
import { train } from './train.js';

const rows = Array.from({ length: 200 }, (_, i) => {
  const age = 20 + ((i * 37) % 50);
  const city = ['Paris', 'Oslo', 'Rome'][i % 3] as string;
  const price = 1000 * (age + (city === 'Oslo' ? 40 : 0));
  return { age, fare: 2 ** (i % 17), city, price, income: price > 60_000 ? 'high' : 'low' };
});

function people(): Source {
  return arrowTable(
    tableFromArrays({
      age: Int32Array.from(rows, ({ age }) => age),
      fare: Float64Array.from(rows, ({ fare }) => fare),
      city: rows.map(({ city }) => city),
      price: Float64Array.from(rows, ({ price }) => price),
      income: rows.map(({ income }) => income),
    }),
  );
}

const optimizer = sgd({ learningRate: 0.05 });

describe('predictRow', () => {
  it('says the class of a row, with the probabilities that predict gives', async () => {
    const source = people();
    const input = ['age', 'fare', 'city'];
    const encoder = await fitEncoder(source, { target: 'income', input, columns: { fare: symlog() } });
    const model = sequential([linear(8), relu(), linear(encoder.classes.length)], { encoder, seed: 1 });
    await examples(source, { encoder, epochs: 20, shuffle: true })
      .pipe(train(model, { loss: softmaxCrossEntropy(), optimizer }))
      .forEach(() => {});

    const young = predictRow(model, { age: 25, fare: 8, city: 'Paris' });
    expect(young).toMatchObject({ class: 'low' });
    expect(predictRow(model, { age: 60, fare: 8, city: 'Oslo' })).toMatchObject({ class: 'high' });

    expect(predictRows(model, rows.slice(0, 5))).toEqual(
      rows.slice(0, 5).map((row) => predictRow(model, row)),
    );
    expect(predictRows(model, [])).toEqual([]);
    expect(() => predictRows(model, [rows[0] as object, { age: 'x' }] as never)).toThrow(/row 1/);
    const one = sequential([linear(1)], { encoder, seed: 1 });
    await examples(source, { encoder, epochs: 5, shuffle: true })
      .pipe(train(one, { loss: binaryCrossEntropy(), optimizer }))
      .forEach(() => {});
    expect(predictRow(one, { age: 25, fare: 8, city: 'Paris' })).toMatchObject({ class: 'low' });
    expect(predictRow(one, { age: 60, fare: 8, city: 'Oslo' })).toMatchObject({ class: 'high' });

    const predictions = await lastValueFrom(
      examples(source, { encoder }).pipe(predict(model, 'softmax'), toArray()),
    );
    expect(predictions).toHaveLength(rows.length);
    let right = 0;
    await examples(source, { encoder })
      .pipe(predict(model, 'softmax'))
      .forEach(({ output, examples }) => {
        const row = rows[examples.locate?.(0).row as number] as Record<string, unknown>;
        const prediction = predictRow(model, row) as Extract<RowPrediction, object>;
        expect([prediction.probabilities.high, prediction.probabilities.low]).toEqual([...output.data]);
        if (prediction.class === row.income) right++;
      });
    expect(right / rows.length).toBeGreaterThan(0.95);
  });

  it('says a number in its own units', async () => {
    const source = people();
    const encoder = await fitEncoder(source, { target: 'price', input: ['age', 'city'] });
    const model = sequential([linear(1)], { encoder, seed: 1 });
    await examples(source, { encoder, epochs: 20, shuffle: true })
      .pipe(train(model, { loss: squaredError(), optimizer }))
      .forEach(() => {});
    expect(predictRow(model, { age: 30, city: 'Oslo' })).toBeCloseTo(70_000, -2);
  });

  it('says all of several targets, by name', async () => {
    const source = people();
    const encoder = await fitEncoder(source, { target: ['income', 'price'], input: ['age', 'city'] });
    const model = graph(
      {
        inputs: encoder.inputs,
        boxes: {
          hidden: apply(linear(8), 'input'),
          active: apply(relu(), 'hidden'),
          price: apply(linear(1), 'active'),
          logits: apply(linear(2), 'active'),
          income: apply(softmax(), 'logits'),
        },
        outputs: ['price', 'income'],
      },
      { encoder, seed: 1 },
    );
    const both = predictRow(model, { age: 30, city: 'Oslo' }) as Record<string, RowPrediction>;
    expect(both.price).toBeTypeOf('number');
    const { probabilities } = both.income as Extract<RowPrediction, object>;
    expect((probabilities.high as number) + (probabilities.low as number)).toBeCloseTo(1, 6);
  });

  it('refuses a model without an encoder, and a row without a column', async () => {
    const encoder = await fitEncoder(people(), { target: 'income', input: ['age', 'city'] });
    const model = sequential([linear(2)], { inputShape: [1] });
    expect(() => predictRow(model, { age: 1 })).toThrow(StateError);
    const own = sequential([linear(2)], { encoder });
    expect(() => predictRow(own, { age: 1, City: 'Oslo' })).toThrow(DataError);
    expect(own.passesInFlight).toBe(0);
    expect(() => predictRow(sequential([linear(3)], { encoder }), { age: 1, city: 'Oslo' })).toThrow(
      'expected 2 units',
    );
  });
});

describe('encode', () => {
  it('trains on plain objects to the bits of the same rows of a table', async () => {
    const source = people();
    const encoder = await fitEncoder(source, { target: 'income', input: ['age', 'city'] });
    const [a, b] = [1, 2].map(() => sequential([linear(2)], { encoder, seed: 1 }));
    if (a === undefined || b === undefined) throw new Error('no models');
    const loss = softmaxCrossEntropy();
    await examples(source, { encoder })
      .pipe(train(a, { loss, optimizer }))
      .forEach(() => {});
    await from(rows)
      .pipe(encode(encoder), train(b, { loss, optimizer }))
      .forEach(() => {});
    expect(b.parameters.map(({ value }) => value.data)).toEqual(a.parameters.map(({ value }) => value.data));
  });

  it('online, encodes each row by those before it, from objects as from a table', async () => {
    const source = people();
    const options = { target: 'income', input: ['age', 'fare'], rows: (row: number) => row < 3 };
    const start = (await fitEncoder(source, options)).save();
    const fromRows: number[][] = [];
    const one = restoreEncoder(start);
    await from(rows)
      .pipe(encode(one, { online: true }))
      .forEach(({ inputs, number }) => {
        expect(number).toBe(fromRows.length);
        fromRows.push([...(inputs.input?.data ?? [])]);
      });
    const fromTable: number[][] = [];
    const other = restoreEncoder(start);
    await examples(source, { encoder: other, online: true, batchSize: 7 }).forEach(({ inputs, size }) => {
      const { data = [] } = inputs.input ?? {};
      for (let i = 0; i < size; i++)
        fromTable.push([...data.slice((i * data.length) / size, ((i + 1) * data.length) / size)]);
    });
    expect(fromTable).toEqual(fromRows);
    expect(other.save()).toEqual(one.save());
    expect(one.save()).not.toEqual(start);
  });
});

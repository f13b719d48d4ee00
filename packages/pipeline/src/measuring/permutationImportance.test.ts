import { arrowTable, fitEncoder, hashed, indices, words } from '@fluxion/data';
import { linear, sequential } from '@fluxion/layers';
import { softmaxCrossEntropy, squaredError } from '@fluxion/loss';
import { adam } from '@fluxion/optim';
import { StateError } from '@fluxion/tensor';
import { tableFromArrays } from 'apache-arrow';
import { tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { examples } from '../examples.js';
import { train } from '../train.js';
import { permutationImportance } from './permutationImportance.js';

const ROWS = 400;
const number = (i: number, by: number): number => ((i * by) % 101) / 10;
const source = arrowTable(
  tableFromArrays({
    strong: Float64Array.from({ length: ROWS }, (_, i) => number(i, 37)),
    idle: Float64Array.from({ length: ROWS }, (_, i) => number(i, 53)),
    place: Array.from({ length: ROWS }, (_, i) => ['north', 'south', 'east'][(i * 7) % 3] as string),
    y: Float64Array.from({ length: ROWS }, (_, i) => number(i, 37) + ((i * 7) % 3)),
  }),
);

describe('permutationImportance', () => {
  it('is what a linear model loses with the column that it reads, and 0 for those that it does not', async () => {
    const encoder = await fitEncoder(source, { target: 'y', columns: {} });
    expect(encoder.columns.map(({ column }) => column)).toEqual(['strong', 'idle', 'place']);
    const model = sequential([linear(1)], { encoder, dtype: 'float64' });
    const [weight, bias] = model.parameters;
    const width = weight?.value.shape[0] as number;
    if (!weight || !bias) throw new Error('expected two parameters');
    model.assign(
      weight,
      Array.from({ length: width }, (_, i) => (i === 0 ? 1 : 0)),
    );
    model.assign(bias, [0]);
    const held = examples(source, { encoder, batchSize: 64, dtype: 'float64' });
    const importance = await permutationImportance(model, held, { loss: squaredError(), seed: 3 });
    expect(importance.map(({ column }) => column)[0]).toBe('strong');
    const [strong, ...others] = importance;
    // ½(s − y)² with s exchanged: its covariance with y, here about that of the standardized y itself, is lost.
    expect(strong?.increase).toBeGreaterThan(0.8);
    expect(strong?.increase).toBeLessThan(1.1);
    for (const { increase } of others) expect(Math.abs(increase)).toBeLessThan(1e-12);
  });

  it('exchanges texts, words by number and columns of many numbers, each by itself', async () => {
    const cities = ['Paris', 'Rome', 'Oslo'];
    const hash = (i: number): number => Math.imul(i, 2654435761) >>> 16;
    const table = arrowTable(
      tableFromArrays({
        strong: Float64Array.from({ length: ROWS }, (_, i) => number(i, 37)),
        city: Array.from({ length: ROWS }, (_, i) => cities[hash(i) % 3] as string),
        product: Array.from({ length: ROWS }, (_, i) => `p${hash(7 * i) % 40}`),
        other: Array.from({ length: ROWS }, (_, i) => `q${hash(11 * i) % 40}`),
        text: Array.from({ length: ROWS }, (_, i) => `the ${cities[hash(3 * i) % 3]} of it`),
        y: Float64Array.from(
          { length: ROWS },
          (_, i) => (hash(i) % 3) + (hash(3 * i) % 3) + (hash(7 * i) % 40),
        ),
      }),
    );
    const columns = { city: indices(), product: hashed(11), other: hashed(11), text: words() };
    const encoder = await fitEncoder(table, { target: { y: 'number' }, columns });
    expect(encoder.columns.flatMap(({ column }) => encoder.placesOf(column))).toEqual([
      { input: 'input', from: 0, width: 1 },
      { input: 'city', from: 0, width: 1 },
      { input: 'sparse', from: 0, width: 1 },
      { input: 'sparse.weights', from: 0, width: 1 },
      { input: 'sparse', from: 1, width: 1 },
      { input: 'sparse.weights', from: 1, width: 1 },
      { input: 'text', from: 0, width: 4 },
    ]);
    expect(encoder.placesOf('y')).toEqual([]);
    const model = sequential([linear(1)], { encoder, seed: 1 });
    const loss = squaredError();
    await examples(table, { encoder, epochs: 30, batchSize: 16, shuffle: true })
      .pipe(train(model, { loss, optimizer: adam({ learningRate: 0.02 }) }))
      .forEach(() => {});
    const held = examples(table, { encoder, batchSize: 64 });
    const importance = await permutationImportance(model, held, { loss });
    const of = (name: string): number => importance.find(({ column }) => column === name)?.increase ?? 0;
    expect(importance[0]?.column).toBe('product');
    for (const idle of ['strong', 'other']) {
      expect(Math.abs(of(idle))).toBeLessThan(of('product') / 20);
    }
  });

  it('is the same for the same seed, in minibatches of any size, and leaves the model as it is', async () => {
    const encoder = await fitEncoder(source, { target: 'y' });
    const model = sequential([linear(1)], { encoder, seed: 1, dtype: 'float64' });
    const version = model.version;
    const measure = (batchSize: number) =>
      permutationImportance(model, examples(source, { encoder, batchSize, dtype: 'float64' }), {
        loss: squaredError(),
      });
    const [one, many] = [await measure(1), await measure(100)];
    expect(one.map(({ column }) => column)).toEqual(many.map(({ column }) => column));
    one.forEach(({ increase }, i) => {
      expect(increase).toBeCloseTo(many[i]?.increase as number, 12);
    });
    expect([model.version, model.passesInFlight]).toEqual([version, 0]);
  });

  it('reads no more examples than it needs', async () => {
    const encoder = await fitEncoder(source, { target: 'y' });
    const model = sequential([linear(1)], { encoder });
    let batches = 0;
    const held = examples(source, { encoder, batchSize: 10 }).pipe(tap(() => batches++));
    await permutationImportance(model, held, { loss: squaredError(), maxExamples: 20 });
    expect(batches).toBe(2);
  });

  it('is that of the columns that are given, where a model takes numbers as they are', async () => {
    const model = sequential([linear(1)], { inputShape: [2], dtype: 'float64' });
    for (const parameter of model.parameters) {
      model.assign(parameter, parameter.name.endsWith('weight') ? [0, 1] : [0]);
    }
    const held = examples(source, {
      input: ['idle', 'strong'],
      target: 'y',
      batchSize: 50,
      dtype: 'float64',
    });
    const columns = {
      idle: [{ input: 'input', from: 0, width: 1 }],
      strong: [{ input: 'input', from: 1, width: 1 }],
    };
    const [first, second] = await permutationImportance(model, held, { loss: squaredError(), columns });
    expect(first?.column).toBe('strong');
    expect(first?.increase).toBeGreaterThan(1);
    expect(second).toEqual({ column: 'idle', increase: 0 });
  });

  it('refuses a model without an encoder', async () => {
    const model = sequential([linear(2)], { inputShape: [3] });
    const held = examples(source, { input: ['strong'], target: 'y' });
    await expect(permutationImportance(model, held, { loss: softmaxCrossEntropy() })).rejects.toThrow(
      StateError,
    );
  });
});

import { arrowTable, fitEncoder } from '@fluxion/data';
import { linear, sequential } from '@fluxion/layers';
import { softmaxCrossEntropy, squaredError } from '@fluxion/loss';
import { StateError } from '@fluxion/tensor';
import { tableFromArrays } from 'apache-arrow';
import { tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { examples } from '../examples.js';
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

  it('refuses a model without an encoder', async () => {
    const model = sequential([linear(2)], { inputShape: [3] });
    const held = examples(source, { input: ['strong'], target: 'y' });
    await expect(permutationImportance(model, held, { loss: softmaxCrossEntropy() })).rejects.toThrow(
      StateError,
    );
  });
});

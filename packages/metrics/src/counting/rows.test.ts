import { DataError, labels, OptionError, ShapeError, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { accuracy, mean, rmse } from '../index.js';

describe('what a metric refuses', () => {
  const two = tensor([0.5, 0.5, 0.5, 0.5], [2, 2]);

  it.each([
    [
      -1,
      'accuracy label: expected an integer from 0 to 1, got -1; correct the data, or give the model as many classes',
    ],
    [
      2,
      'accuracy label: expected an integer from 0 to 1, got 2; correct the data, or give the model as many classes',
    ],
  ])('a label of %d, with its row', (label, message) => {
    const running = accuracy().start();
    const add = (): void => running.add(two, labels([0, label]));
    expect(add).toThrow(new DataError(message, { row: 1 }));
    expect(running.value).toBeNaN();
  });

  it.each([-0.1, 1.1])('a target of %d of one unit', (target) => {
    expect(() =>
      accuracy()
        .start()
        .add(tensor([0.5], [1, 1]), tensor([target], [1, 1])),
    ).toThrow(`accuracy label: expected a number from 0 to 1, got ${target}`);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('a prediction of %d, with its row', (wrong) => {
    for (const add of [
      () =>
        accuracy()
          .start()
          .add(tensor([0.5, 0.5, 0.5, wrong], [2, 2]), labels([0, 1])),
      () =>
        rmse()
          .start()
          .add(tensor([0, 0, wrong, 0], [2, 2]), two),
    ]) {
      expect(add).toThrow(DataError);
      expect(add).toThrow(expect.objectContaining({ place: { row: 1 } }));
    }
  });

  it('targets that do not fit', () => {
    expect(() => accuracy().start().add(two, two)).toThrow(
      new ShapeError(
        'accuracy targets: expected one label for each of [2] examples, got shape [2, 2]; give labels, or use a metric of values, as rmse()',
      ),
    );
    expect(() =>
      rmse()
        .start()
        .add(two, tensor([1, 2])),
    ).toThrow(
      new ShapeError('rmse targets: expected shape [2, 2], got [2]; give them the shape of the predictions'),
    );
    expect(() => rmse().start().add(two)).toThrow(
      new OptionError('rmse targets: expected a tensor, got none; give one, as tensor(data, shape)'),
    );
  });

  it('weights that are too few, or below 0', () => {
    expect(() =>
      mean()
        .start()
        .add(tensor([1, 2]), undefined, tensor([1])),
    ).toThrow(
      new ShapeError('mean weights: expected one for each of 2 examples, got shape [1]; give as many'),
    );
    const add = (): void =>
      mean()
        .start()
        .add(tensor([1, 2]), undefined, tensor([1, -1]));
    expect(add).toThrow(
      new DataError('mean weight: expected a number from 0, got -1; give such a weight', { row: 1 }),
    );
  });

  it('what is no tensor', () => {
    expect(() =>
      mean()
        .start()
        .add([1, 2] as never),
    ).toThrow(OptionError);
  });
});

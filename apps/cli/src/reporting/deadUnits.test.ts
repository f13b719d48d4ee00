import { linear, relu, sequential } from '@fluxion/layers';
import { tensor } from '@fluxion/tensor';
import { of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { deadUnits } from './deadUnits.js';

const model = sequential([linear(4), relu(), linear(1)], { inputShape: [1], seed: 1 });
const examples = of({ size: 2, inputs: { input: tensor([-1, 1], [2, 1]) }, targets: {} });

function withBiases(...biases: readonly number[]): typeof model {
  for (const parameter of model.parameters) {
    if (parameter.name === 'linear1.weight') model.assign(parameter, [1, 1, 1, 1]);
    if (parameter.name === 'linear1.bias') model.assign(parameter, biases);
  }
  return model;
}

describe('deadUnits', () => {
  it('names a box some of whose units are 0 for all examples', async () => {
    expect(await deadUnits(withBiases(-1, -2, 0, 5), examples)).toEqual([
      '2 of 4 units of relu1 are 0 for every one of 2 rows and learn nothing: try a smaller --learning-rate or --l2, or fewer --hidden units',
    ]);
  });

  it('tells of one in four', async () => {
    expect(await deadUnits(withBiases(-1, 0, 0, 5), examples)).toEqual([
      '1 of 4 units of relu1 is 0 for every one of 2 rows and learns nothing: try a smaller --learning-rate or --l2, or fewer --hidden units',
    ]);
  });

  it('says nothing where fewer are, or none', async () => {
    expect(await deadUnits(withBiases(0, 0, 0, 5), examples)).toEqual([]);
    const wide = sequential([linear(5), relu(), linear(1)], { inputShape: [1], seed: 1 });
    for (const parameter of wide.parameters) {
      if (parameter.name === 'linear1.weight') wide.assign(parameter, [1, 1, 1, 1, 1]);
      if (parameter.name === 'linear1.bias') wide.assign(parameter, [-1, 0, 0, 0, 0]);
    }
    expect(await deadUnits(wide, examples)).toEqual([]);
  });
});

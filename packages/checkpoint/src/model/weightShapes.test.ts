import type { GraphDescription } from '@fluxion/graph';
import { OptionError } from '@fluxion/tensor';
import { describe, expect, test } from 'vitest';
import { definitions, denseModel, description } from '../../test/dense.js';
import { weightShapes } from './weightShapes.js';

describe('weightShapes', () => {
  test('finds the shapes that the built graph has', () => {
    expect([...weightShapes(description, definitions)]).toEqual(
      denseModel().parameters.map(({ name, value }) => [name, value.shape]),
    );
    expect(weightShapes(description, definitions).get('hidden.weight')).toEqual([3, 4]);
  });

  test.each([
    [0, "dense 'hidden': expected a shape of positive integers, got [0]; correct the box's options"],
    [-4, 'got [-4]'],
    [2.5, 'got [2.5]'],
    ['4', "got ['4']"],
    [undefined, 'got [undefined]'],
    [2 ** 53, 'got [9007199254740992]'],
  ])('refuses a box of %j units', (units, message) => {
    const boxes = { hidden: { kind: 'dense', units, children: ['image'] } };
    const shapes = (): unknown =>
      weightShapes({ inputs: { image: [3] }, boxes, outputs: ['hidden'] } as GraphDescription, definitions);
    expect(shapes).toThrow(OptionError);
    expect(shapes).toThrow(message);
  });

  test('needs no memory for what it is asked about', () => {
    const boxes = { hidden: { kind: 'dense', units: 2 ** 50, children: ['image'] } };
    const shapes = weightShapes({ inputs: { image: [3] }, boxes, outputs: ['hidden'] }, definitions);
    expect(shapes.get('hidden.weight')).toEqual([3, 2 ** 50]);
  });
});

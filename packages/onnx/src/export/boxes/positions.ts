import { tensor } from '@fluxion/tensor';
import type { BoxOperators } from '../boxWriter.js';

export const learnedPositions: BoxOperators = (box) => box.add('Add', [box.input, box.parameter('weight')]);

/** sin of the angle t / 10000^(2i/features) at 2i, and its cos at 2i + 1. */
export const sinusoidalPositions: BoxOperators = (box) => {
  const [length = 0, features = 0] = box.inputShape;
  const waves = Array.from({ length: length * features }, (_, at) => {
    const [step, place] = [Math.floor(at / features), at % features];
    const angle = step / 10_000 ** ((2 * Math.floor(place / 2)) / features);
    return place % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
  return box.add('Add', [box.input, box.floats('waves', tensor(waves, [length, features]))]);
};

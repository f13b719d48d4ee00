import { tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import type { Prepared } from '../preparation/prepared.js';
import { FarInputs } from './farInputs.js';

describe('FarInputs', () => {
  it('finds the columns that have numbers beyond ±100, of each input', () => {
    const about = {
      inputs: {
        both: { columns: ['age', 'wealth'], scale: 1 },
        picture: { columns: ['picture'], scale: 1 },
      },
    } as unknown as Prepared['about'];
    const far = new FarInputs(about);
    far.see({
      size: 2,
      inputs: { both: tensor([1, 100, 2, -100.5], [2, 2]), picture: tensor([1, 2], [2, 1]) },
    });
    expect([...far.columns]).toEqual(['wealth']);
    far.see({ size: 1, inputs: { both: tensor([1, 2], [1, 2]), picture: tensor([1, 2, 101, 3], [1, 4]) } });
    expect([...far.columns]).toEqual(['wealth', 'picture']);
  });

  it('leaves what is encoded to the encoder', () => {
    const far = new FarInputs({ outputs: [] });
    far.see({ size: 1, inputs: { input: tensor([1e9], [1, 1]) } });
    expect([...far.columns]).toEqual([]);
  });
});

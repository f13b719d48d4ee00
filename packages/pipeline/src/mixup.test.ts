import type { Examples } from '@fluxion/data';
import { labels, OptionError, tensor } from '@fluxion/tensor';
import { firstValueFrom, from, lastValueFrom, of, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type MixupOptions, mixup } from './mixup.js';

const minibatch = (values: readonly number[], number: number): Examples => ({
  size: values.length,
  inputs: { x: tensor([...values], [values.length, 1]) },
  targets: { t: labels(values.map((value) => value % 2)) },
  number,
});
const mix = (examples: Examples, options: MixupOptions = { classes: 2, alpha: 1 }): Promise<Examples> =>
  firstValueFrom(of(examples).pipe(mixup(options)));
const numbersOf = (values: { readonly data: ArrayLike<number> } | undefined): number[] =>
  Array.from(values?.data ?? []);

describe('mixup', () => {
  it('mixes inputs and targets by the same share, with the example from the other end', async () => {
    const { inputs, targets } = await mix(minibatch([10, 20, 31], 7));
    const [a = 0, b, c = 0] = numbersOf(inputs.x);
    const shares = [(31 - a) / 21, 1, (c - 10) / 21];
    expect(b).toBe(20);
    expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
    expect(numbersOf(targets.t)).toEqual(
      [shares[0], 1 - (shares[0] as number), 1, 0, 1 - (shares[2] as number), shares[2]].map((value) =>
        expect.closeTo(value as number, 6),
      ),
    );
  });

  it('mixes a minibatch in the same way whatever came before', async () => {
    const second = minibatch([3, 4, 6, 9], 40);
    const after = await lastValueFrom(from([minibatch([1, 2], 2), second]).pipe(mixup({ classes: 2 })));
    expect(numbersOf(after.inputs.x)).toEqual(numbersOf((await mix(second, { classes: 2 })).inputs.x));
  });

  it('draws for the numbers that the examples of a shard have', async () => {
    const [whole, shard] = [minibatch([1, 2, 3], 40), { ...minibatch([1, 2], 40), stride: 2 }];
    const shareOf = ({ inputs }: Examples, at: number, from: number, to: number): number =>
      ((inputs.x?.data[at] as number) - to) / (from - to);
    const [all, own] = [await mix(whole), await mix(shard)];
    expect(shareOf(own, 0, 1, 2)).toBeCloseTo(shareOf(all, 0, 1, 3), 6);
    expect(shareOf(own, 1, 2, 1)).toBeCloseTo(shareOf(all, 2, 3, 1), 6);
    expect(own.stride).toBe(2);
  });

  it('leaves what was lent as it was, and an example alone as it is', async () => {
    const lent = minibatch([1, 2], 0);
    await mix(lent);
    expect(numbersOf(lent.inputs.x)).toEqual([1, 2]);
    expect(numbersOf((await mix(minibatch([5], 3))).inputs.x)).toEqual([5]);
  });

  it.each([1, 0.5, 0.2])('draws shares of Beta(%d, %d)', async (alpha) => {
    const minibatches = Array.from({ length: 2000 }, (_, i) => minibatch([0, 1], 2 * i));
    const all = await lastValueFrom(from(minibatches).pipe(mixup({ classes: 2, alpha }), toArray()));
    const shares = all.map(({ inputs }) => inputs.x?.data[1] as number);
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.04);
    expect(Math.abs(variance - 1 / (4 * (2 * alpha + 1)))).toBeLessThan(0.012);
  });

  it('refuses options that are none, indices, and labels without classes', async () => {
    expect(() => mixup({ alpha: 0 })).toThrow(OptionError);
    expect(() => mixup({ classes: 1 })).toThrow('mixup classes: expected a whole number from 2, got 1');
    await expect(mix(minibatch([1, 2], 0), {})).rejects.toThrow(
      "mixup target 't': expected classes beside labels",
    );
    const words = { ...minibatch([1, 2], 0), inputs: { words: labels([1, 2], [2, 1]) } };
    await expect(mix(words)).rejects.toThrow("mixup input 'words': expected numbers, got indices");
  });
});

import type { Shape } from '@fluxion/tensor';
import { Option } from 'commander';
import { UsageError } from '../usageError.js';

/** The shape of one example of an input, `--input-shape image=3,64,64`; it may be given for each input. */
export function inputShapeOption(): Option {
  return new Option(
    '--input-shape <name=lengths>',
    'shape of one example of an input, without the minibatch, where the file leaves a length open: words=64',
  ).argParser((text: string, before: Readonly<Record<string, Shape>> | undefined) => {
    const [, name, lengths] = /^(.+)=([1-9]\d*(?:,[1-9]\d*)*)$/.exec(text) ?? [];
    if (name === undefined || lengths === undefined) {
      throw new UsageError(
        `--input-shape: expected a name and lengths, as image=3,64,64, got ${JSON.stringify(text)}`,
      );
    }
    return { ...before, [name]: lengths.split(',').map(Number) };
  });
}

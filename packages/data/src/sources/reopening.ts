import { OptionError } from '@fluxion/tensor';

/**
 * What opens an input: the function that was given, or once what was given itself.
 *
 * @param refusal what an error says where that is asked for again
 */
export function reopening<T extends object>(input: T | (() => T), refusal: string): () => T {
  if (typeof input === 'function') return input as () => T;
  let opened = false;
  return () => {
    if (opened) throw new OptionError(refusal);
    opened = true;
    return input;
  };
}

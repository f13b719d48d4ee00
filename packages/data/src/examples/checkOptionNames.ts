import { expectNames } from '@fluxion/tensor';
import type { ColumnOptions } from '../encode/raw/columnOptions.js';
import type { EncodedOptions, ReadOptions } from './examples.js';

/** A record, so that the compiler tells of an option that is missing here. */
const known: Readonly<Record<keyof (ColumnOptions & EncodedOptions & ReadOptions), true>> = {
  input: true,
  target: true,
  targetKind: true,
  labelNames: true,
  classes: true,
  scale: true,
  epochs: true,
  shuffle: true,
  seed: true,
  batchSize: true,
  dtype: true,
  rows: true,
  shard: true,
  from: true,
  weight: true,
  encoder: true,
  targets: true,
  online: true,
};
const names = Object.keys(known);

/**
 * Options of examples describe their data too, and may be given for it as they are.
 *
 * @throws {OptionError} when an option has a name that none has, as `batchsize`: it would have no effect.
 */
export function checkOptionNames(options: object): void {
  expectNames('examples options', options, names);
}

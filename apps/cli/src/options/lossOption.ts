import { losses } from '@fluxion/loss';
import { Option } from 'commander';

/** The loss, by its name in the registry. */
export function lossOption(description: string): Option {
  return new Option('--loss <name>', description).choices(Object.keys(losses));
}

import { losses } from '@fluxion/loss';
import type { Option } from 'commander';
import { choiceOption } from './choiceOption.js';

/** The loss, by its name in the registry. */
export function lossOption(description: string): Option {
  return choiceOption('--loss <name>', description, Object.keys(losses));
}

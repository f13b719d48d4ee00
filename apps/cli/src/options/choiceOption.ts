import { closest } from '@fluxion/tensor';
import { Option } from 'commander';
import { UsageError } from '../usageError.js';

/**
 * An option that takes one of some names.
 *
 * @throws {UsageError} when it is parsed and the text is none of them.
 */
export function choiceOption(flags: string, description: string, choices: readonly string[]): Option {
  return new Option(flags, `${description}: ${choices.join(', ')}`).argParser((text) => {
    if (choices.includes(text)) return text;
    const near = closest(text, choices);
    throw new UsageError(
      `${flags}: expected one of ${choices.join(', ')}, got '${text}'${near === undefined ? '' : `; did you mean ${near}?`}`,
    );
  });
}

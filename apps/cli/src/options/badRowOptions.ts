import type { BadRowOptions } from '@fluxion/data';
import type { Command } from 'commander';
import { choiceOption } from './choiceOption.js';
import { belowOne, numberOption } from './numberOption.js';

/** What becomes of rows that cannot be used. */
export type BadRows = Pick<BadRowOptions, 'onBadRow' | 'maxBadShare'>;

/** Adds `--on-bad-row` and `--max-bad-share`. */
export function withBadRowOptions(command: Command): Command {
  return command
    .addOption(
      choiceOption(
        '--on-bad-row <what>',
        'rows that cannot be read or used are an error (raise, the default), are left out, or are also written to _bad-rows.FILE.jsonl and _refused-rows.FILE.jsonl',
        ['raise', 'skip', 'quarantine'],
      ),
    )
    .addOption(
      numberOption(
        '--max-bad-share <share>',
        'of the rows, that may be bad all the same (default: 0.01)',
        belowOne,
      ),
    );
}

import { Command } from 'commander';
import type { Host } from '../host.js';
import type { InspectOptions } from '../inspection/inspectModel.js';
import { UsageError } from '../usageError.js';

/** `fluxion inspect`: the boxes of a model. */
export function inspect(host: Host): Command {
  return new Command('inspect')
    .summary('show the boxes of a model')
    .description(
      'Show the boxes of a model in the order of fprop, with the shape of one example and the number of parameters.',
    )
    .argument('[model]', 'saved model or graph description')
    .option('--model <path>', 'the same')
    .option('--json', 'print a JSON object for each box, and a summary')
    .addHelpText(
      'after',
      `
Example:
  fluxion inspect runs/income`,
    )
    .action(async (path: string | undefined, options: Partial<InspectOptions>) => {
      const { model = path } = options;
      if (model === undefined) {
        throw new UsageError('expected a saved model or a graph description, as runs/income, got none');
      }
      if (path !== undefined && path !== model) {
        throw new UsageError(`--model: expected one model, got ${path} and ${model}; leave one out`);
      }
      const { inspectModel } = await import('../inspection/inspectModel.js');
      await inspectModel({ ...options, model }, host);
    });
}

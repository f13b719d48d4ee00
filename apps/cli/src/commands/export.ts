import { Command } from 'commander';
import type { Host } from '../host.js';
import type { ExportOptions } from '../onnx/exportModel.js';

/** `fluxion export`: a saved model as ONNX. */
export function exportCommand(host: Host): Command {
  return new Command('export')
    .summary('write a saved model as ONNX')
    .description(
      'Write a saved model as ONNX, opset 17, with the encoder of its columns, and say what it takes and gives, and what has to be done before.',
    )
    .argument('<out>', '.onnx file to write; it is there whole or not at all')
    .requiredOption('--model <folder>', 'saved model')
    .option('--json', 'print a JSON object at the end')
    .option('--quiet', 'print nothing but errors')
    .addHelpText(
      'after',
      `
Example:
  fluxion export --model runs/income income.onnx`,
    )
    .action(async (out: string, options: ExportOptions) => {
      const { exportModel } = await import('../onnx/exportModel.js');
      await exportModel(out, options, host);
    });
}

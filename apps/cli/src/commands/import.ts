import { Command } from 'commander';
import type { Host } from '../host.js';
import type { ImportOptions } from '../onnx/importModel.js';
import { inputShapeOption } from '../options/inputShapeOption.js';

/** `fluxion import`: a model of ONNX that learns on. */
export function importCommand(host: Host): Command {
  return new Command('import')
    .summary('make a model of an ONNX file')
    .description(
      'Make a saved model of an ONNX file, opset 1 to 21, that predicts the same and learns on. Operators that no box expresses are named, each with its node.',
    )
    .argument('<file>', '.onnx file')
    .requiredOption('--out <folder>', 'folder to save the model in')
    .addOption(inputShapeOption())
    .option('--json', 'print a JSON object at the end')
    .option('--quiet', 'print nothing but errors')
    .addHelpText(
      'after',
      `
Examples:
  fluxion import digits.onnx --out runs/digits
  fluxion import mails.onnx --input-shape words=64 --out runs/mails`,
    )
    .action(async (file: string, options: ImportOptions) => {
      const { importModel } = await import('../onnx/importModel.js');
      await importModel(file, options, host);
    });
}

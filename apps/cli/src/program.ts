import { wrapText } from '@fluxion/terminal';
import { Command } from 'commander';
import { checkGradients } from './commands/checkGradients.js';
import { convert } from './commands/convert.js';
import { evaluate } from './commands/evaluate.js';
import { exportCommand } from './commands/export.js';
import { importCommand } from './commands/import.js';
import { inspect } from './commands/inspect.js';
import { look } from './commands/look.js';
import { predict } from './commands/predict.js';
import { serve } from './commands/serve.js';
import { train } from './commands/train.js';
import type { Host } from './host.js';
import { version } from './version.js';

/** The `fluxion` command. It prints no error of its own: what parsing finds wrong is thrown. */
export function program(host: Host): Command {
  const width = host.stdout.isTTY ? (host.stdout.columns ?? 80) : 80;
  const wrap = (line: string): string => wrapText(line, width, /^ */.exec(line)?.[0]);
  const output = {
    writeOut: (text: string) => void host.stdout.write(text.split('\n').map(wrap).join('\n')),
    writeErr: (text: string) => void host.stderr.write(text),
    outputError: () => {},
    getOutHelpWidth: () => width,
    getErrHelpWidth: () => 80,
  };
  const fluxion = new Command('fluxion')
    .description('Train neural networks on tables and streams.')
    .version(version(), '-V, --version', 'print the version')
    .option('--debug', 'print the whole stack of an error')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText(
      'after',
      `
Examples:
  fluxion look people.csv
  fluxion train people.csv --target income --out runs/income
  fluxion evaluate test.csv --model runs/income
  fluxion predict tomorrow.csv --model runs/income --out predictions.csv
  fluxion export --model runs/income income.onnx
  fluxion serve --model runs/income --learn

Exit codes: 0 done, 1 failed, 2 used wrongly, 130 stopped by Ctrl-C.`,
    );
  for (const command of [
    train,
    evaluate,
    predict,
    look,
    convert,
    checkGradients,
    inspect,
    exportCommand,
    importCommand,
    serve,
  ]) {
    fluxion.addCommand(
      command(host)
        .configureHelp({ showGlobalOptions: true })
        .helpOption('-h, --help', 'print this help')
        .allowExcessArguments(false)
        .exitOverride()
        .configureOutput(output),
    );
  }
  return fluxion.exitOverride().configureOutput(output);
}

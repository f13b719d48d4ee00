import { CommanderError } from 'commander';
import { failureText, oneLine } from './failureText.js';
import { Interruption } from './interruption.js';
import { program } from './program.js';
import { UsageError } from './usageError.js';

/**
 * Runs a command line.
 *
 * @param args what follows the program's name
 * @returns the exit code: 0, 1 when it failed, 2 when it was used wrongly, 128 and the signal's number when it was stopped
 */
export async function run(args: readonly string[]): Promise<number> {
  const fluxion = program();
  try {
    await fluxion.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof Interruption) return error.exitCode;
    const command = fluxion.commands.find(
      (command) => command.name() === args.find((arg) => !arg.startsWith('-')),
    );
    const name = command === undefined ? 'fluxion' : `fluxion ${command.name()}`;
    if (error instanceof CommanderError) {
      // Help and version end here too, as does `fluxion` alone, which has printed its help.
      if (error.exitCode === 0) return 0;
      if (error.code !== 'commander.help') complain(`${name}: ${parsingText(error, args)}`, name);
      return 2;
    }
    if (error instanceof UsageError) {
      complain(`${name}: ${error.message}`, name);
      return 2;
    }
    console.error(`${name}: ${failureText(error, args.includes('--debug'))}`);
    return 1;
  }
}

function complain(text: string, command: string): void {
  console.error(`${text}; see ${command} --help`);
}

function parsingText({ code, message }: CommanderError, args: readonly string[]): string {
  const text = oneLine(message)
    .replace(/^error: /, '')
    .replace(/\.$/, '');
  if (code !== 'commander.missingArgument') return text;
  const greedy = ['--input', '--target'].filter((option) => args.includes(option)).join(' or ');
  return greedy === '' ? text : `${text}, or ${greedy} took it for a column: give it first`;
}

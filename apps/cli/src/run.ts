import { type Command, CommanderError } from 'commander';
import { type Host, Interruption } from './host.js';
import { failureText, oneLine } from './output/failureText.js';
import { program } from './program.js';
import { failTogether } from './training/failTogether.js';
import { UsageError } from './usageError.js';

/**
 * Runs a command line.
 *
 * @param args what follows the program's name
 * @param host where it writes, and what may stop it
 * @returns the exit code: 0, 1 when it failed, 2 when it was used wrongly, 128 and the signal's number when it was stopped
 */
export async function run(args: readonly string[], host: Host): Promise<number> {
  const fluxion = program(host);
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
      if (error.code !== 'commander.help') await complain(host, args, `${name}: ${parsingText(error)}`, name);
      return 2;
    }
    if (error instanceof UsageError) {
      await complain(host, args, `${name}: ${error.message}`, name);
      return 2;
    }
    const text = failureText(error, args.includes('--debug'));
    host.stderr.write(`${name}: ${command === undefined ? text : withFlags(text, command)}\n`);
    return 1;
  }
}

/** A message with the options of a command as they are typed: `--max-bad-share` where the library says `maxBadShare`. What is quoted stays. */
function withFlags(text: string, { options }: Command): string {
  const flags = new Map(options.map((option) => [option.attributeName(), option.long]));
  return text.replace(
    /'[^']*'|(?<![\w./-])[a-z]+(?:[A-Z][a-z]+)+(?![\w./-])/g,
    (word) => flags.get(word) ?? word,
  );
}

/** Options of other programs, and what they are called here: the nearest spelling may mean another thing. */
const FOREIGN: Readonly<Record<string, string>> = {
  '--lr': '--learning-rate',
  '--bs': '--batch-size',
  '--wd': '--l2',
  '--layers': '--hidden',
  '--output': '--out',
};

async function complain(
  { stderr }: Host,
  args: readonly string[],
  text: string,
  command: string,
): Promise<void> {
  const message = `${oneLine(text)}; see ${command} --help`;
  if (args.some((arg) => arg.startsWith('--distributed'))) await failTogether(message);
  stderr.write(`${message}\n`);
}

function parsingText({ code, message }: CommanderError): string {
  const text = oneLine(message)
    .replace(/^error: /, '')
    .replace(/\.$/, '');
  if (code !== 'commander.unknownOption') return text;
  const [, option = ''] = /'([^'=]+)/.exec(text) ?? [];
  const ours = FOREIGN[option];
  return ours === undefined ? text : `unknown option '${option}' (Did you mean ${ours}?)`;
}

import { Command } from 'commander';
import { type Host, Interruption } from '../host.js';
import { choiceOption } from '../options/choiceOption.js';
import {
  belowOne,
  integerFromZero,
  numberOption,
  positive,
  positiveInteger,
} from '../options/numberOption.js';
import { optimizerNames } from '../options/optimizerOptions.js';
import { withRegularizerOptions } from '../options/regularizerOptions.js';
import type { ServeModelOptions } from '../serving/serveModel.js';

/** `fluxion serve`: a saved model over HTTP, which predicts and learns in one process. */
export function serve(host: Host): Command {
  const command = new Command('serve')
    .summary('serve a saved model over HTTP')
    .description(
      'Serve a saved model over HTTP: POST /predict takes a row as a JSON object, or a list of them. With --learn POST /learn teaches it rows with their targets, and POST /feedback gives the target of an earlier prediction by its id. GET / is a live page, /metrics is for Prometheus.',
    )
    .requiredOption('--model <folder>', 'saved model')
    .option('--host <address>', 'where to listen (default: 127.0.0.1, this machine alone)')
    .addOption(numberOption('--port <number>', 'where to listen; 0 for any (default: 8080)', integerFromZero))
    .option('--learn', 'learn from the events that clients give')
    .option(
      '--source <url>',
      'learn from the events of a log, each of which counts once: nats://HOST:PORT/STREAM, redis://HOST:PORT/KEY or kafka://HOST:PORT/TOPIC',
    )
    .option('--shadow', 'let a copy learn, and serve it once it has done better over a window')
    .option('--checkpoints <folder>', 'what was learned, to go on from (default: the model with .serving)')
    .addOption(numberOption('--every <seconds>', 'between two checkpoints (default: 30)', positive))
    .addOption(choiceOption('--optimizer <name>', 'rule of the updates (default: sgd)', optimizerNames))
    .addOption(numberOption('--learning-rate <rate>', "α (default: the rule's own; sgd 0.01)", positive))
    .addOption(numberOption('--momentum <share>', 'momentum of sgd (default: 0)', belowOne));
  return withRegularizerOptions(command)
    .option('--online', 'let the encoder learn too: means and deviations follow the events')
    .addOption(
      numberOption('--range <limit>', 'largest encoded number that is learned from (default: 5)', positive),
    )
    .addOption(
      choiceOption('--beyond <what>', 'what is done with numbers beyond it (default: clip)', [
        'clip',
        'refuse',
      ]),
    )
    .addOption(
      numberOption('--window <events>', 'that recent figures are over (default: 1000)', positiveInteger),
    )
    .option('--token-file <file>', 'holds the token that clients show to teach the model (or FLUXION_TOKEN)')
    .addOption(numberOption('--max-body <bytes>', 'of a request (default: 1048576)', positiveInteger))
    .addOption(numberOption('--max-rows <count>', 'of a request (default: 1000)', positiveInteger))
    .addOption(
      numberOption('--max-rate <events>', 'that a client may give a second (default: 5000)', positiveInteger),
    )
    .option('--quiet', 'print nothing but errors and warnings')
    .addHelpText(
      'after',
      `
Examples:
  fluxion serve --model runs/income
  fluxion serve --model runs/income --learn --shadow --port 9000
  fluxion serve --model runs/income --source nats://localhost:4222/people
  curl -H content-type:application/json -d '{"age": 39, "city": "Paris"}' localhost:8080/predict

What is learned is kept in checkpoints; the same command goes on from the newest. Ctrl-C and SIGTERM answer the requests that have come, save, and end with exit code 0.`,
    )
    .action(async (options: ServeModelOptions) => {
      try {
        await host.interruptible(async (signal) => {
          const { serveModel } = await import('../serving/serveModel.js');
          await serveModel(options, host, signal);
        }, options.model);
      } catch (error) {
        // It is how a service ends.
        if (!(error instanceof Interruption)) throw error;
      }
    });
}

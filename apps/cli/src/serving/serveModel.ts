import { readFile } from 'node:fs/promises';
import type { RangeOptions, ServeOptions, Service } from '@fluxion/service';
import { OptionError } from '@fluxion/tensor';
import { formatCount, printLine, progressLine } from '@fluxion/terminal';
import type { Host } from '../host.js';
import { encodedTask } from '../model/encodedTask.js';
import { openSavedModel } from '../model/openModel.js';
import { lossesOf } from '../model/task.js';
import { createOptimizer, type OptimizerName, usualRate } from '../options/optimizerOptions.js';
import { createRegularizer, type RegularizerOptions } from '../options/regularizerOptions.js';
import { openLog } from './openLog.js';

/** What the command line says. */
export interface ServeModelOptions extends RegularizerOptions, RangeOptions {
  readonly model: string;
  readonly host?: string;
  readonly port?: number;
  readonly learn?: boolean;
  readonly shadow?: boolean;
  readonly source?: string;
  readonly checkpoints?: string;
  readonly every?: number;
  readonly optimizer?: OptimizerName;
  readonly learningRate?: number;
  readonly momentum?: number;
  readonly online?: boolean;
  readonly window?: number;
  readonly tokenFile?: string;
  readonly maxBody?: number;
  readonly maxRows?: number;
  readonly maxRate?: number;
  readonly quiet?: boolean;
}

/** Serves a saved model until it is asked to stop. */
export async function serveModel(
  options: ServeModelOptions,
  { stdout, stderr }: Host,
  signal: AbortSignal,
): Promise<void> {
  const { serve } = await import('@fluxion/service').catch((cause: unknown) => {
    throw new OptionError(
      'expected the package @fluxion/service, which is not installed; npm install @fluxion/service',
      { cause },
    );
  });
  const { model, encoded } = await openSavedModel(options.model);
  if (encoded === undefined) {
    throw new OptionError(
      `${options.model}: expected a model with an encoder, which takes rows as they are, got one of numbers; train it on columns that are encoded, as fluxion train does`,
    );
  }
  const task = encodedTask(encoded.encoder, encoded.about.outputs);
  const directory = options.checkpoints ?? `${options.model.replace(/\/+$/, '')}.serving`;
  const learns = options.learn === true || options.shadow === true || options.source !== undefined;
  const source = options.source === undefined ? undefined : await openLog(options.source);
  const service = await serve(model, {
    ...listening(options),
    ...(await tokenOf(options)),
    ...(learns && {
      learning: {
        loss: lossesOf(task),
        directory,
        ...learningOf(options),
        ...(source && { log: source.log }),
      },
    }),
    warn: ({ message }) => printLine({ write: (text) => stderr.write(text) }, `warning: ${message}`),
  }).catch(async (error: unknown) => {
    await source?.close();
    throw error;
  });
  const status = options.quiet ? undefined : showStatus(service, options, directory, stdout);
  try {
    if (!signal.aborted)
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  } finally {
    status?.end();
    await service.close();
    await source?.close();
  }
  const { updates } = service.learner ?? {};
  if (!options.quiet && updates !== undefined) {
    printLine(
      stdout,
      updates === 0 ? 'nothing was learned' : `saved after update ${formatCount(updates)} in ${directory}`,
    );
  }
}

function listening({ host, port, maxBody, maxRows, maxRate }: ServeModelOptions): ServeOptions {
  return {
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port }),
    limits: {
      ...(maxBody !== undefined && { bodyBytes: maxBody }),
      ...(maxRows !== undefined && { rows: maxRows }),
      ...(maxRate !== undefined && { learnPerSecond: maxRate }),
    },
  };
}

type Learning = Omit<NonNullable<ServeOptions['learning']>, 'loss' | 'directory'>;

function learningOf(options: ServeModelOptions): Learning {
  const { range, beyond, window, every = 30, online = false, shadow = false } = options;
  return {
    optimizer: optimizerOf(options),
    regularizer: createRegularizer(options),
    every: { seconds: every },
    online,
    shadow,
    ...(range !== undefined && { range }),
    ...(beyond !== undefined && { beyond }),
    ...(window !== undefined && { window }),
  };
}

function optimizerOf({
  optimizer = 'sgd',
  learningRate = usualRate(optimizer),
  momentum,
}: ServeModelOptions): Learning['optimizer'] {
  const options = {
    optimizer,
    learningRate,
    decreaseConstant: 0,
    ...(momentum !== undefined && { momentum }),
  };
  return createOptimizer(options, learningRate);
}

/** On no command line, where every user of the machine could read it. */
async function tokenOf({ tokenFile }: ServeModelOptions): Promise<Pick<ServeOptions, 'token'>> {
  const read =
    tokenFile &&
    (await readFile(tokenFile, 'utf8').catch((cause: unknown) => {
      throw new OptionError(`--token-file: expected a file that can be read, got ${tokenFile}; name one`, {
        cause,
      });
    }));
  const token = (read ?? process.env.FLUXION_TOKEN)?.trim();
  if (token === undefined) return {};
  if (token.length >= 16) return { token };
  throw new OptionError(
    `token: expected 16 characters or more, got ${token.length}; make one, as by openssl rand -hex 16`,
  );
}

/** Says where the model is served; on a terminal, a line says how it does. */
function showStatus(
  { url, learner }: Service,
  { model }: ServeModelOptions,
  directory: string,
  stdout: Host['stdout'],
): { end(): void } {
  printLine(stdout, `serving ${model} at ${url}; ${url}/ shows how it does`);
  if (learner === undefined) return { end() {} };
  const { updates } = learner;
  printLine(
    stdout,
    updates === 0
      ? `learning; checkpoints go to ${directory}`
      : `learning; goes on from update ${formatCount(updates)} in ${directory}`,
  );
  if (!stdout.isTTY) return { end() {} };
  const line = progressLine(stdout);
  const start = performance.now();
  const timer = setInterval(() => {
    line.update({
      label: 'learned',
      done: learner.updates - updates,
      total: undefined,
      seconds: (performance.now() - start) / 1000,
      loss: learner.updates === updates ? undefined : (learner.figures.window.loss as number),
    });
  }, 1000);
  return {
    end() {
      clearInterval(timer);
      line.clear();
    },
  };
}

import { isUnread } from './outputError.js';

/** Work was stopped from outside, and has ended cleanly. Nothing is printed about it; the exit code tells. */
export class Interruption extends Error {
  override name = 'Interruption';
  readonly exitCode: number;

  constructor(exitCode: number) {
    super('interrupted');
    this.exitCode = exitCode;
  }
}

/** Exit codes as shells know them: 128 and the signal's number. */
const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Runs work that can be asked to stop: by Ctrl-C, by SIGTERM, by a terminal that is closed, or because its output cannot be
 * written any more. It is asked by the signal and ends in its own way; a second Ctrl-C ends the process at once, which is
 * when the event loop turns next. Without a terminal, as under `nohup`, SIGHUP asks nothing.
 *
 * @throws {Interruption} when the work has ended after it was asked to stop.
 */
export async function interruptible(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const controller = new AbortController();
  const stop = (exitCode: number): void => {
    if (controller.signal.aborted) process.exit(exitCode);
    controller.abort(new Interruption(exitCode));
  };
  // Asked now: a terminal that has been closed is none any more. Input is not asked, for `nohup` may leave it there.
  const hasTerminal = process.stdout.isTTY || process.stderr.isTTY;
  // Node undoes the ignoring of SIGHUP that it inherits from `nohup`: with no listener it would end the process.
  const onSignal = (signal: NodeJS.Signals): void => {
    if (signal !== 'SIGHUP' || hasTerminal) stop(SIGNALS[signal as keyof typeof SIGNALS]);
  };
  const onOutputError = (error: Error): void => {
    if (!controller.signal.aborted) stop(isUnread(error) ? 0 : 1);
  };
  for (const signal of Object.keys(SIGNALS)) process.on(signal, onSignal);
  process.stdout.on('error', onOutputError);
  try {
    await work(controller.signal);
  } finally {
    for (const signal of Object.keys(SIGNALS)) process.off(signal, onSignal);
    process.stdout.off('error', onOutputError);
  }
  controller.signal.throwIfAborted();
}

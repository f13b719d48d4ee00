import { type Host, Interruption } from './host.js';
import { oneLine } from './output/failureText.js';

/** Exit codes as shells know them: 128 and the signal's number. */
const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
const SIGPIPE = 141;

/** This process as a host, and whether its output has been lost. */
export interface ProcessHost extends Host {
  /** Whether stdout could not be written, for another reason than that nobody reads it. */
  readonly outputIsLost: boolean;
}

/**
 * This process. Work is asked to stop by Ctrl-C, by SIGTERM, by a terminal that is closed, or because its output cannot be
 * written any more. It ends in its own way; a second Ctrl-C ends the process as soon as the event loop turns. Without a
 * terminal, as under `nohup`, SIGHUP asks nothing.
 */
export function processHost(): ProcessHost {
  const { stdout, stderr } = process;
  let outputIsLost = false;
  // Without this listener a closed pipe would end the process, whatever it is about to save.
  stdout.on('error', (error) => {
    if (outputIsLost || isUnread(error)) return;
    outputIsLost = true;
    stderr.write(
      `fluxion: stdout: cannot be written (${oneLine(error.message)}); make room, or send it elsewhere\n`,
    );
  });
  return {
    stdout,
    stderr,
    get outputIsLost() {
      return outputIsLost;
    },
    async interruptible(work, makes) {
      const controller = new AbortController();
      const stop = (exitCode: number): void => {
        if (controller.signal.aborted) process.exit(exitCode);
        controller.abort(new Interruption(exitCode));
      };
      // Asked now, since a terminal that has been closed is none any more; of outputs only, since `nohup` may leave stdin.
      const hasTerminal = stdout.isTTY || stderr.isTTY;
      // With no listener Node would end the process on SIGHUP, even where it inherits from `nohup` that it is ignored.
      const onSignal = (signal: NodeJS.Signals): void => {
        if (signal !== 'SIGHUP' || hasTerminal) stop(SIGNALS[signal as keyof typeof SIGNALS]);
      };
      const onOutputError = (error: Error): void => {
        if (controller.signal.aborted || (isUnread(error) && makes !== undefined)) return;
        stop(isUnread(error) ? SIGPIPE : 1);
      };
      for (const signal of Object.keys(SIGNALS)) process.on(signal, onSignal);
      stdout.on('error', onOutputError);
      try {
        await work(controller.signal);
      } finally {
        for (const signal of Object.keys(SIGNALS)) process.off(signal, onSignal);
        stdout.off('error', onOutputError);
      }
      controller.signal.throwIfAborted();
    },
  };
}

/** Whoever read the output has stopped, as `head` does: no failure. */
function isUnread({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED';
}

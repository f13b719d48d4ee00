import { run } from '../src/run.js';

/** How a run of the command ended. */
export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** An event of `--json`. */
export type Event = Readonly<Record<string, unknown>> & { readonly event: string };

/** What a run may be given besides its arguments. */
export interface RunOptions {
  /** Columns of the terminal that stdout then is. */
  readonly columns?: number;
  /** Called with all that stdout has had so far; what it answers stops the run, with that as its reason. */
  readonly stopWhen?: (out: string) => Error | undefined;
}

/** Runs the command in this process, in its folder. */
export async function runFluxion(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { columns, stopWhen } = options;
  const controller = new AbortController();
  let out = '';
  let err = '';
  const code = await run(args, {
    stdout: {
      ...(columns === undefined ? {} : { isTTY: true, columns }),
      write(text) {
        out += text;
        const reason = stopWhen?.(out);
        if (reason !== undefined) controller.abort(reason);
      },
    },
    stderr: {
      write(text) {
        err += text;
      },
    },
    async interruptible(work) {
      await work(controller.signal);
      controller.signal.throwIfAborted();
    },
  });
  return { code, out, err };
}

/** Runs the command in this process, in its folder. */
export function fluxion(...args: readonly string[]): Promise<Ran> {
  return runFluxion(args);
}

/** Every line of the output, which must be JSON objects and nothing else. */
export function events({ out }: Pick<Ran, 'out'>): readonly Event[] {
  return out
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Event);
}

import { formatSeconds, type ProgressOutput } from '@fluxion/terminal';

/** Says on a terminal what is being done and since when, where it takes more than a second; elsewhere nothing. */
export interface StageLine {
  /** Runs work of this name. */
  during<T>(what: string, work: () => Promise<T>): Promise<T>;
  /** Goes on under another name, on a new line. */
  next(what: string): void;
}

export function stageLine(output: ProgressOutput, isQuiet = false): StageLine {
  let stage = { what: '', since: 0 };
  let isDrawn = false;
  const clear = (): void => {
    if (isDrawn) output.write('\r\u001b[K');
    isDrawn = false;
  };
  const draw = (): void => {
    const text = `${stage.what}, ${formatSeconds((performance.now() - stage.since) / 1000)}`;
    output.write(`\r\u001b[K${text.slice(0, (output.columns ?? 80) - 3)}`);
    isDrawn = true;
  };
  const next = (what: string): void => {
    clear();
    stage = { what, since: performance.now() };
  };
  return {
    async during(what, work) {
      if (!output.isTTY || isQuiet) return work();
      next(what);
      const timer = setInterval(draw, 1000);
      try {
        return await work();
      } finally {
        clearInterval(timer);
        clear();
      }
    },
    next,
  };
}

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Report, Request } from './messages.js';

/** A service in a process of its own. */
export interface ServingProcess {
  readonly url: string;
  ask(request: Exclude<Request, 'close'>): Promise<Report>;
  close(): Promise<void>;
}

/** Starts the service that is measured. */
export async function startService(): Promise<ServingProcess> {
  const child: ChildProcess = fork(fileURLToPath(new URL('./servingProcess.js', import.meta.url)), {
    execArgv: ['--expose-gc'],
  });
  const [url] = (await once(child, 'message')) as [string];
  return {
    url,
    async ask(request) {
      child.send(request);
      const [report] = (await once(child, 'message')) as [Report];
      return report;
    },
    async close() {
      child.send('close' satisfies Request);
      await once(child, 'exit');
    },
  };
}

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Load, LoadRequest } from './predictionLoad.js';

/** Who asks for predictions, in a process of its own. */
export interface Asker {
  /** @throws {Error} when a request is not answered, or by an error. */
  ask(request: LoadRequest): Promise<Load>;
  close(): void;
}

/** Starts who asks for predictions. */
export function startAsker(): Asker {
  const child = fork(fileURLToPath(new URL('./askingProcess.js', import.meta.url)));
  return {
    async ask(request) {
      child.send(request);
      const ended = once(child, 'exit').then(() => {
        throw new Error('who asks for predictions has ended; what it said tells why');
      });
      const [load] = (await Promise.race([once(child, 'message'), ended])) as [Load];
      if (load.failures > 0) throw new Error(`POST /predict: ${load.failures} not answered, or refused`);
      return load;
    },
    close: () => void child.disconnect(),
  };
}

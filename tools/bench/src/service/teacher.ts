import { setTimeout } from 'node:timers/promises';

/** Events of a request. */
const LIST = 20;

/** Who gives a service events to learn from. */
export interface Teacher {
  /** Ends it. @returns how many events were learned from a second */
  stop(): Promise<number>;
}

/**
 * Gives a service lists of events, each as soon as it is time.
 *
 * @param bodies lists of 20 events as JSON, given again and again
 * @param perSecond events; Infinity for as many as it takes, two lists at a time
 */
export function teach(url: string, bodies: readonly string[], perSecond: number): Teacher {
  const start = performance.now();
  let isStopped = false;
  let learned = 0;
  let sent = 0;
  const give = async (): Promise<void> => {
    while (!isStopped) {
      const due = start + (sent / perSecond) * 1000;
      const body = bodies[(sent / LIST) % bodies.length] as string;
      sent += LIST;
      const wait = due - performance.now();
      if (wait > 1) await setTimeout(wait);
      const response = await fetch(`${url}/learn`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      if (!response.ok) throw new Error(`POST /learn: ${response.status} ${await response.text()}`);
      learned += ((await response.json()) as { readonly learned: number }).learned;
    }
  };
  const giving = Promise.all([give(), give()]);
  return {
    async stop() {
      isStopped = true;
      await giving;
      return learned / ((performance.now() - start) / 1000);
    },
  };
}

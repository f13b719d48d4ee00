import { setTimeout } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/** Milliseconds in which a request that is on its way still gets an answer, if only that the service is closing. */
const GRACE = 200;

/**
 * Makes what closes a server: it takes no more requests and answers those that have come. Clients keep connections open for
 * another request, and a server would wait for these as long as they like; so what is idle is closed.
 */
export function closing(app: FastifyInstance): () => Promise<void> {
  let inFlight = 0;
  app.addHook('onRequest', async (_, { raw }) => {
    inFlight++;
    raw.once('close', () => {
      inFlight--;
    });
  });
  return async () => {
    const { server } = app;
    let isClosed = false;
    const closed = app.close().finally(() => {
      isClosed = true;
    });
    const end = performance.now() + GRACE;
    while (!isClosed) {
      if (inFlight === 0 && performance.now() > end) server.closeAllConnections();
      else server.closeIdleConnections();
      await setTimeout(10);
    }
    await closed;
  };
}

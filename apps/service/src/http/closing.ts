import { Server } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/** Milliseconds in which a request that is on its way still gets its answer. */
const GRACE = 200;

/**
 * Makes what closes a server: nobody connects any more, and whoever is connected is answered once more, with word that the
 * connection ends. Clients keep connections open for another request, and a server would wait for these as long as they
 * like; so those on which nothing comes are cut in the end.
 *
 * @param begin is called at first, to end what has no end of its own
 */
export function closing(app: FastifyInstance, begin: () => void): () => Promise<void> {
  let inFlight = 0;
  let isClosing = false;
  app.addHook('onRequest', async (_, { raw }) => {
    inFlight++;
    raw.once('close', () => {
      inFlight--;
    });
  });
  app.addHook('onSend', async (_, reply) => {
    if (isClosing) reply.header('connection', 'close');
  });
  const isConnected = (): Promise<boolean> =>
    new Promise((resolve) => app.server.getConnections((error, count) => resolve(!error && count > 0)));
  return async () => {
    isClosing = true;
    begin();
    // A server of HTTP would cut idle connections here, on one of which a request may be under way.
    Server.prototype.close.call(app.server);
    const end = performance.now() + GRACE;
    while (inFlight > 0 || (performance.now() < end && (await isConnected()))) await setTimeout(10);
    app.server.closeAllConnections();
    await app.close();
  };
}

import { kafkaLog, type Log, natsLog, redisLog } from '@fluxion/pipeline';
import { OptionError } from '@fluxion/tensor';
import { UsageError } from '../usageError.js';

/** A log whose broker is connected to. */
export interface ConnectedLog {
  readonly log: Log;
  close(): Promise<void>;
}

const FORMS = 'nats://HOST:PORT/STREAM, redis://HOST:PORT/KEY or kafka://HOST:PORT/TOPIC';

/** What a URL of a log says. */
interface LogUrl {
  readonly servers: string;
  readonly user?: { readonly name: string; readonly password: string };
  /** Stream, key or topic. */
  readonly stream: string;
  readonly subject?: string;
}

/**
 * Connects to the log that a URL names, as `nats://localhost:4222/clicks`: a stream of NATS JetStream, a key of Redis or a topic of
 * Kafka.
 *
 * @throws {UsageError} on another URL; {OptionError} when the broker's client is not installed, or the broker does not answer.
 */
export async function openLog(url: string): Promise<ConnectedLog> {
  const [, kind = '', credentials, servers = '', stream = '', subject] =
    /^(nats|redis|kafka):\/\/(?:([^@/]*)@)?([^@/?]+)\/([^/?]+)(?:\?subject=(.+))?$/.exec(url) ?? [];
  const open = logs[kind as keyof typeof logs];
  // What was given may hold a password.
  if (open === undefined || (subject !== undefined && kind !== 'nats')) {
    throw new UsageError(`--source: expected ${FORMS}, got another URL`);
  }
  const [name = '', password = ''] = credentials?.split(':').map(decodeURIComponent) ?? [];
  return open({
    servers,
    stream: decodeURIComponent(stream),
    ...(credentials !== undefined && { user: { name, password } }),
    ...(subject !== undefined && { subject: decodeURIComponent(subject) }),
  });
}

const logs = {
  async nats({ servers, user, stream, subject }: LogUrl): Promise<ConnectedLog> {
    const packages = '@nats-io/jetstream @nats-io/transport-node';
    const [{ jetstream }, { connect }] = await installed(packages, () =>
      Promise.all([import('@nats-io/jetstream'), import('@nats-io/transport-node')]),
    );
    const connection = await answering(servers, () =>
      connect({
        servers: servers.split(','),
        maxReconnectAttempts: -1,
        ...(user && { user: user.name, pass: user.password }),
      }),
    );
    const log = natsLog({
      jetstream: jetstream(connection),
      stream,
      ...(subject !== undefined && { subject }),
    });
    return { log: endedWith(log, cutsOf(connection)), close: () => connection.close() };
  },

  async redis({ servers, user, stream }: LogUrl): Promise<ConnectedLog> {
    const { createClient } = await installed('redis', () => import('redis'));
    const client = createClient({
      url: `redis://${servers}`,
      // Whoever reads asks again.
      socket: { reconnectStrategy: false },
      ...(user && { username: user.name, password: user.password }),
    });
    client.on('error', () => {});
    await answering(servers, () => client.connect());
    client.destroy();
    return { log: redisLog({ client, key: stream }), close: async () => {} };
  },

  async kafka({ servers, user, stream }: LogUrl): Promise<ConnectedLog> {
    const { Kafka, logLevel } = await installed('kafkajs', async () => (await import('kafkajs')).default);
    const kafka = new Kafka({
      clientId: 'fluxion',
      brokers: servers.split(','),
      logLevel: logLevel.NOTHING,
      ...(user && { sasl: { mechanism: 'plain' as const, username: user.name, password: user.password } }),
    });
    const admin = kafka.admin();
    await answering(servers, () => admin.connect());
    await admin.disconnect();
    return { log: kafkaLog({ kafka, topic: stream }), close: async () => {} };
  },
};

/** What is aborted when the connection is cut; another one each time. */
function cutsOf(connection: { status(): AsyncIterable<{ readonly type: string }> }): () => AbortSignal {
  let cut = new AbortController();
  void (async () => {
    for await (const { type } of connection.status()) {
      if (type !== 'disconnect') continue;
      cut.abort();
      cut = new AbortController();
    }
  })();
  return () => cut.signal;
}

/** A log that fails when its connection is cut, as whose client would wait in silence until there is another one. */
function endedWith(log: Log, cuts: () => AbortSignal): Log {
  return {
    name: log.name,
    async *open(after, signal) {
      const cut = cuts();
      yield* log.open(after, AbortSignal.any([signal, cut]));
      if (cut.aborted && !signal.aborted) throw new Error('the connection is cut');
    },
  };
}

async function installed<T>(packages: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw new OptionError(
      `--source: expected the client of the broker, which is not installed; npm install ${packages}`,
      { cause },
    );
  }
}

async function answering<T>(servers: string, connect: () => Promise<T>): Promise<T> {
  try {
    return await connect();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OptionError(
      `--source: expected a broker at ${servers}, got no connection (${reason}); start it, or name another`,
      { cause },
    );
  }
}

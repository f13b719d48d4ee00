import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';

/**
 * Reads a named pipe. To open one as usual waits for whoever writes to it, in a thread that nothing can stop; so it is opened
 * without waiting, and the stream waits instead, until it is destroyed.
 *
 * @throws {Error} of the system, when it cannot be opened.
 */
export function readPipe(path: string): Readable {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}

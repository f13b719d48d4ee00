import { DataError } from '@fluxion/tensor';
import type { FastifyReply } from 'fastify';
import { HttpError } from './httpError.js';

/** What is said of an error, as JSON. */
export interface ErrorAnswer {
  readonly error: string;
  readonly message: string;
  /** Of a list of rows, which one is at fault, from 0. */
  readonly row?: number;
  readonly column?: string;
}

/**
 * Answers a request that failed: 400 with the column where a row cannot be used, 500 without details where the fault is not the
 * client's.
 *
 * @returns whether the fault is the service's own
 */
export function answerError(error: Error & { readonly statusCode?: number }, reply: FastifyReply): boolean {
  if (error instanceof DataError) {
    const { row, column } = error.place;
    reply.status(400).send({
      error: error.name,
      message: error.message,
      ...(row !== undefined && { row }),
      ...(column !== undefined && { column }),
    } satisfies ErrorAnswer);
    return false;
  }
  const status = error.statusCode ?? 500;
  if (error instanceof HttpError && error.retryAfter !== undefined) {
    reply.header('retry-after', Math.max(1, Math.ceil(error.retryAfter)));
  }
  const isOwn = status >= 500 && !(error instanceof HttpError);
  const message = isOwn ? 'the service failed; its log says why' : error.message;
  reply.status(status).send({ error: isOwn ? 'Error' : error.name, message } satisfies ErrorAnswer);
  return isOwn;
}

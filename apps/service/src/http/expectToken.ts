import { createHash, timingSafeEqual } from 'node:crypto';
import { HttpError } from './httpError.js';

/**
 * Refuses whoever does not show the token. How long it takes tells nothing of how much of it was right.
 *
 * @param header the request's `authorization`
 * @throws {HttpError} 401.
 */
export function expectToken(token: string | undefined, header: string | undefined): void {
  if (token === undefined) return;
  const [shown, wanted] = [header ?? '', `Bearer ${token}`].map((text) =>
    createHash('sha256').update(text).digest(),
  );
  if (timingSafeEqual(shown as Buffer, wanted as Buffer)) return;
  throw new HttpError(
    401,
    'expected the header "authorization: Bearer TOKEN" with the service\'s token; ask for it',
  );
}

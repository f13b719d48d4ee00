import { DataError, type DataPlace } from '@fluxion/tensor';

/** Why bytes cannot be used and what to do about it, thrown where the place is not known yet. */
export class UnreadableError extends Error {
  override name = 'UnreadableError';
}

/**
 * Runs code that reads foreign bytes: whatever it throws becomes a DataError of this place, with the cause kept.
 *
 * @param what what is being read, as `record batch`
 */
export async function withPlace<T>(place: DataPlace, what: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message =
      cause instanceof UnreadableError
        ? `cannot read the ${what}: ${reason}`
        : `the ${what} is damaged (${reason}); write the data again`;
    throw new DataError(message, place, { cause });
  }
}

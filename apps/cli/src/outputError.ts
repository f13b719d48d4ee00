/** Whoever read the output has stopped, as `head` does: that is the end, not a failure. */
export function isUnread({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED';
}

/** Why the system refused: `EACCES: permission denied`. Without the path, which may be that of a temporary file. */
export function systemReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined ? message : (message.split(', ')[0] as string);
}

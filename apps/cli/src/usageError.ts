/** The command was used wrongly. The program points to its help and ends with exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}

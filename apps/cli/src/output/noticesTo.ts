import type { Host } from '../host.js';
import { oneLine } from './failureText.js';

/** Writes notices to stderr, a line each and each once, unless the command is to be quiet. */
export function noticesTo(
  { stderr }: Pick<Host, 'stderr'>,
  { quiet = false }: { readonly quiet?: boolean | undefined } = {},
): (message: string) => void {
  const told = new Set<string>();
  return (message) => {
    if (!quiet && !told.has(message)) stderr.write(`fluxion: ${oneLine(message)}\n`);
    told.add(message);
  };
}

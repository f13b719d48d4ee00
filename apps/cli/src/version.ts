import { readFileSync } from 'node:fs';

/** The version of the command, which all packages share. */
export function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

import { fileURLToPath } from 'node:url';

/** Path of a file that another implementation of Arrow has written; see makeFixtures.py. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
}

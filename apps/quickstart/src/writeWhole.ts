import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { WholeFile } from '@fluxion/checkpoint';

/** Writes a file whole or not at all. Makes its folder. */
export function writeWhole(path: string, content: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const file = new WholeFile(path);
  try {
    file.write(content);
    file.commit();
  } catch (error) {
    file.discard();
    throw error;
  }
}

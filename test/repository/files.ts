import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** Folder of the repository. */
export const root: string = fileURLToPath(new URL('../../', import.meta.url));

/** Absolute paths of the files that people wrote. */
export function sourceFiles(...patterns: string[]): string[] {
  return ts.sys.readDirectory(root, undefined, ['**/node_modules', '**/dist', 'data', 'runs'], patterns);
}

import { writeFile } from 'node:fs/promises';
import { type Run, report } from '@fluxion/report';

/**
 * Writes the page of a run. The model has been saved by then, so what keeps the page from being made or written is a warning.
 *
 * @returns the path, where the page is there
 */
export async function writePage(
  path: string,
  run: () => Promise<Run>,
  warn: (text: string) => void,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const text = report(await run());
    if (signal.aborted) return undefined;
    await writeFile(path, text);
    return path;
  } catch (error) {
    if (signal.aborted) return undefined;
    warn(`the report could not be written: ${(error as Error).message}`);
    return undefined;
  }
}

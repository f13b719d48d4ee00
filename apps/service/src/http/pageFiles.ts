import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file of the live page. */
export interface PageFile {
  readonly path: string;
  readonly type: string;
  readonly content: Buffer;
}

/** The live page, and all that it loads: nothing comes from elsewhere. */
export async function pageFiles(): Promise<readonly PageFile[]> {
  const own = fileURLToPath(new URL('../../page/', import.meta.url));
  const built = fileURLToPath(new URL('../../dist/page/', import.meta.url));
  const uPlot = dirname(createRequire(import.meta.url).resolve('uplot'));
  const files = [
    ['/', 'text/html; charset=utf-8', join(own, 'live.html')],
    ['/page/live.css', 'text/css; charset=utf-8', join(own, 'live.css')],
    ['/page/live.js', 'text/javascript; charset=utf-8', join(built, 'live.js')],
    ['/page/uPlot.js', 'text/javascript; charset=utf-8', join(uPlot, 'uPlot.iife.min.js')],
    ['/page/uPlot.css', 'text/css; charset=utf-8', join(uPlot, 'uPlot.min.css')],
  ] as const;
  return Promise.all(
    files.map(async ([path, type, file]) => ({ path, type, content: await readFile(file) })),
  );
}

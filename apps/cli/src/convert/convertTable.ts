import { extname } from 'node:path';
import { WholeFile } from '@fluxion/checkpoint';
import type { OpenSource } from '@fluxion/data';
import { writeParquet } from '@fluxion/duckdb';
import { formatCount, printLine } from '@fluxion/terminal';
import type { Host } from '../host.js';
import type { BadRows } from '../options/badRowOptions.js';
import { expectOther } from '../output/expectOther.js';
import { jsonLine } from '../output/jsonLine.js';
import { noticesTo } from '../output/noticesTo.js';
import { type RowProgress, rowProgress } from '../output/rowProgress.js';
import { stageLine } from '../output/stageLine.js';
import { openSource } from '../sources/openSource.js';
import { UsageError } from '../usageError.js';
import { arrowTableWriter } from './arrowTableWriter.js';
import { csvTableWriter } from './csvTableWriter.js';

/** What the command line says. */
export interface ConvertOptions extends BadRows {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const formats = { '.arrow': arrowTableWriter, '.csv': csvTableWriter } as const;
/** Written by DuckDB. */
const PARQUET = '.parquet';

/** Rows of a record batch. */
const BATCH_ROWS = 2 ** 16;

/**
 * Writes a table to a file of another format, which is there whole or not at all.
 *
 * @param signal ends it, and nothing is written
 */
export async function convertTable(
  data: readonly string[],
  out: string,
  { json, quiet, ...bad }: ConvertOptions,
  host: Host,
  signal: AbortSignal,
): Promise<void> {
  const { stdout } = host;
  const extension = extname(out).toLowerCase();
  if (extension !== PARQUET && !Object.hasOwn(formats, extension)) {
    throw new UsageError(`expected an output that ends in .arrow, .csv or .parquet, got '${out}'`);
  }
  await expectOther(out, data);
  const source = openSource(data, { ...bad, notice: noticesTo(host, { quiet }) });
  const isQuiet = json || quiet;
  const stage = stageLine(stdout, isQuiet);
  const rows =
    extension === PARQUET
      ? await stage.during(`writing ${out}`, () => writeParquet(out, source, signal))
      : await writeTable(
          out,
          await stage.during(`reading ${source.name}`, () => source.open(signal)),
          formats[extension as keyof typeof formats],
          { name: source.name, progress: (total) => rowProgress(stdout, 'converting', total, isQuiet) },
          signal,
        );
  if (json) stdout.write(jsonLine({ event: 'summary', rows, out }));
  else if (!quiet) printLine(stdout, `${formatCount(rows)} ${rows === 1 ? 'row' : 'rows'} in ${out}`);
}

async function writeTable(
  out: string,
  open: OpenSource,
  format: (typeof formats)[keyof typeof formats],
  { name, progress }: { readonly name: string; progress(total: number | undefined): RowProgress },
  signal: AbortSignal,
): Promise<number> {
  const file = new WholeFile(out);
  let line: RowProgress | undefined;
  let rows = 0;
  try {
    line = progress(await open.countRows?.());
    const fields = open.schema.fields.map((_, i) => i);
    const writer = format(open.schema, file, name);
    for (;;) {
      signal.throwIfAborted();
      const block = await open.read(rows, BATCH_ROWS, fields);
      if (block === undefined) break;
      writer.write(block);
      rows += block.rows;
      line.add(block.rows);
      block.release?.();
    }
    writer.end();
    file.commit();
  } catch (error) {
    file.discard();
    throw error;
  } finally {
    line?.end();
    await open.close();
  }
  return rows;
}

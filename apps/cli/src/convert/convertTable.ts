import { gzipSync } from 'node:zlib';
import { WholeFile } from '@fluxion/checkpoint';
import type { OpenSource } from '@fluxion/data';
import { writeParquet } from '@fluxion/duckdb';
import { formatCount, printLine } from '@fluxion/terminal';
import type { Schema } from 'apache-arrow';
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
import { type CsvWriterOptions, csvTableWriter } from './csvTableWriter.js';
import { jsonTableWriter } from './jsonTableWriter.js';
import type { TableWriter } from './tableWriter.js';

/** What the command line says. */
export interface ConvertOptions extends BadRows {
  readonly escapeFormulas?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Makes what writes a table in a format. */
type Format = (
  schema: Schema,
  out: { write(bytes: Uint8Array): void },
  file: string,
  options: CsvWriterOptions,
) => TableWriter;

const texts: Readonly<Record<string, Format>> = {
  '.csv': csvTableWriter,
  '.tsv': (schema, out, file, options) => csvTableWriter(schema, out, file, { ...options, separator: '\t' }),
  '.jsonl': jsonTableWriter,
  '.ndjson': jsonTableWriter,
};
const formats: Readonly<Record<string, Format>> = {
  '.arrow': arrowTableWriter,
  ...texts,
  ...Object.fromEntries(Object.entries(texts).map(([name, format]) => [`${name}.gz`, zipped(format)])),
};
/** Written by DuckDB. */
const PARQUET = '.parquet';

/** The same format compressed by gzip, each block by itself: a file of several such parts is one. */
function zipped(format: Format): Format {
  return (schema, out, file, options) =>
    format(schema, { write: (bytes) => out.write(gzipSync(bytes)) }, file, options);
}

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
  { json, quiet, escapeFormulas, ...bad }: ConvertOptions,
  host: Host,
  signal: AbortSignal,
): Promise<void> {
  const { stdout } = host;
  const extension = /\.[^./]+(\.gz)?$/.exec(out.toLowerCase())?.[0] ?? '';
  const format = Object.hasOwn(formats, extension) ? formats[extension] : undefined;
  if (extension !== PARQUET && format === undefined) {
    throw new UsageError(
      `expected an output that ends in .arrow, .parquet, .csv, .tsv or .jsonl, the last three also with .gz, got '${out}'`,
    );
  }
  await expectOther(out, data);
  const source = openSource(data, { ...bad, notice: noticesTo(host, { quiet }) });
  const isQuiet = json || quiet;
  const stage = stageLine(stdout, isQuiet);
  const { rows, formulas = 0 } =
    format === undefined
      ? { rows: await stage.during(`writing ${out}`, () => writeParquet(out, source, signal)) }
      : await writeTable(
          out,
          await stage.during(`reading ${source.name}`, () => source.open(signal)),
          format,
          {
            name: source.name,
            escapeFormulas,
            progress: (total) => rowProgress(stdout, 'converting', total, isQuiet),
          },
          signal,
        );
  if (json) stdout.write(jsonLine({ event: 'summary', rows, ...(formulas > 0 && { formulas }), out }));
  if (json || quiet) return;
  printLine(stdout, `${formatCount(rows)} ${rows === 1 ? 'row' : 'rows'} in ${out}`);
  if (formulas > 0) {
    printLine(
      stdout,
      `an apostrophe keeps spreadsheets from computing ${formatCount(formulas)} ${formulas === 1 ? 'cell' : 'cells'}`,
    );
  }
}

async function writeTable(
  out: string,
  open: OpenSource,
  format: Format,
  {
    name,
    escapeFormulas,
    progress,
  }: CsvWriterOptions & { readonly name: string; progress(total: number | undefined): RowProgress },
  signal: AbortSignal,
): Promise<{ readonly rows: number; readonly formulas?: number | undefined }> {
  const file = new WholeFile(out);
  let line: RowProgress | undefined;
  let rows = 0;
  let formulas: number | undefined;
  try {
    line = progress(await open.countRows?.());
    const fields = open.schema.fields.map((_, i) => i);
    const writer = format(open.schema, file, name, { escapeFormulas });
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
    formulas = writer.formulas;
  } catch (error) {
    file.discard();
    throw error;
  } finally {
    line?.end();
    await open.close();
  }
  return { rows, formulas };
}

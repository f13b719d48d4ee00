import { createReadStream } from 'node:fs';
import { DataError } from '@fluxion/tensor';
import { arrowFile } from './arrow/arrowFile.js';
import { arrowStream } from './arrow/arrowStream.js';
import { csvFile } from './csv/csvFile.js';
import { jsonLinesFile } from './jsonLines/jsonLinesFile.js';
import { openTableFile } from './openTableFile.js';
import type { Source } from './source.js';

/** Makes a source of a path, by the format that the path has. */
type OpenFormat = (path: string) => Source;

/** Formats by their names, which are those of extensions. */
export type Formats = Readonly<Record<string, OpenFormat>>;

const arrows: OpenFormat = (path) => arrowStream(() => createReadStream(path), path);

const FORMATS: Formats = {
  arrow: arrowFile,
  feather: arrowFile,
  arrows,
  csv: csvFile,
  tsv: csvFile,
  jsonl: jsonLinesFile,
  ndjson: jsonLinesFile,
};

/**
 * A file as a source, by the extension of its name: `arrow`, `feather`, `arrows`, `csv`, `tsv`, `jsonl`, `ndjson`, the
 * textual ones also with `.gz`, `.zst` or `.zstd` behind. Under any other name its first bytes tell the format.
 *
 * @param more further formats by extension, as `{ parquet: parquetFile }`; a file that starts with Parquet's four bytes is one
 * of `parquet`
 * @throws {DataError} by `open`, when there is no such file or it is of no known format.
 * @example
 * openByName('people.csv.gz');
 */
export function openByName(path: string, more: Formats = {}): Source {
  const formats: Formats = { ...FORMATS, ...more };
  const extension = /\.([^./\\]+)(?:\.(?:gz|zst|zstd))?$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  const format = Object.hasOwn(formats, extension) ? formats[extension] : undefined;
  if (format !== undefined) return format(path);
  let found: Source | undefined;
  return {
    name: path,
    files: async () => [path],
    open: async (signal) => {
      found ??= (await formatByBytes(path, formats))(path);
      return found.open(signal);
    },
  };
}

async function formatByBytes(path: string, formats: Formats): Promise<OpenFormat> {
  const head = await firstBytes(path);
  const text = head.toString('latin1');
  if (text.startsWith('ARROW1')) return formats.arrow as OpenFormat;
  if (head.length >= 4 && head.readInt32LE(0) === -1) return arrows;
  if (text.startsWith('PAR1')) {
    const parquet = formats.parquet;
    if (parquet !== undefined) return parquet;
    throw new DataError(
      'expected Arrow, CSV or JSON lines, got Parquet; read it with parquetFile of @fluxion/duckdb',
      {
        file: path,
      },
    );
  }
  // Compressed text has zeros, and so has UTF-16, which is named when it is read.
  const isText = ['1f8b', '28b5', 'fffe', 'feff'].includes(head.toString('hex', 0, 2));
  if (!isText && head.includes(0)) {
    const got = text.startsWith('PK') ? 'a zip file, as spreadsheets are' : 'a file of another kind';
    throw new DataError(`expected Arrow, CSV, JSON lines or Parquet, got ${got}; save its table as CSV`, {
      file: path,
    });
  }
  if (/^(\xef\xbb\xbf)?\s*\[\s*(\{|$)/.test(text)) {
    throw new DataError(
      "expected JSON lines, an object on each line, got a list of objects; write them one a line: jq -c '.[]'",
      { file: path },
    );
  }
  return (/^(\xef\xbb\xbf)?\s*\{/.test(text) ? formats.jsonl : formats.csv) as OpenFormat;
}

async function firstBytes(path: string): Promise<Buffer> {
  try {
    const file = await openTableFile(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(`cannot open the file: ${reason}; check the path`, { file: path }, { cause });
  }
}

import { type Formats, openByName as openByNameOf, type Source } from '@fluxion/data';
import { parquetFile } from '@fluxion/duckdb';

/**
 * A file as a source, by the extension of its name: `arrow`, `feather`, `arrows`, `csv`, `tsv`, `jsonl`, `ndjson`, `parquet`; text
 * also with `.gz`, `.zst` or `.zstd` behind. Under any other name its first bytes tell the format.
 *
 * @param more further formats by extension, or others in the place of these: `{ csv: (path) => csvFile(path, { onBadRow: 'skip' }) }`
 * @throws {DataError} by `open`, when there is no such file or it is of no known format; {OptionError} when Parquet is to be read and
 *   `@duckdb/node-api` is not installed.
 * @example
 * openByName('people.parquet');
 */
export function openByName(path: string, more: Formats = {}): Source {
  return openByNameOf(path, { parquet: parquetFile, ...more });
}

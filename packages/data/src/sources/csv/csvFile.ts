import { OptionError } from '@fluxion/tensor';
import type { BadRowOptions } from '../badRows/badRowOptions.js';
import type { NoticeOption } from '../noticeOption.js';
import type { Source } from '../source.js';
import { type TextKind, textKinds } from '../text/columnBuilders.js';
import { textSource } from '../text/textSource.js';
import { csvFormat } from './csvFormat.js';
import { NULLS, NullWords } from './nullWords.js';

/** How a CSV file is read. */
export interface CsvOptions extends BadRowOptions, NoticeOption {
  /** What stands between cells, one ASCII character. By default a tab in a `.tsv` file, elsewhere found: `,` `;` tab `|`. */
  readonly separator?: string | undefined;
  /**
   * Whether the first line has the names of the columns; or their names, for a file without such a line. `false` names
   * them `column1`, `column2` and so on. By default it is taken to be there, but refused when it has numbers only.
   */
  readonly header?: boolean | readonly string[] | undefined;
  /** What stands for a missing value, spaces around it apart. Default: nothing, NA, N/A, n/a, null, NULL, NaN, nan, ? */
  readonly nulls?: readonly string[] | undefined;
  /** What some of the columns hold, where that is known. A value of another kind is then an error. */
  readonly columns?: Readonly<Record<string, TextKind>> | undefined;
}

/**
 * A CSV file (or TSV), plain or compressed by gzip or zstd, read strictly: RFC 4180, UTF-8, each row with as many cells as the
 * first. It is looked at once from end to end when it is opened, which finds where its rows are and what its columns
 * hold; then any row can be read.
 *
 * A column is one of
 * - numbers (Float64): decimal, to the same bits as `Number(text)`; `inf` is one too;
 * - booleans (Bool): `true` and `false`, in small or capital letters;
 * - dates (Timestamp, milliseconds): ISO 8601, UTC unless a zone is named;
 * - words (Utf8), when any of its values is none of these, or they are of different kinds, or one is digits behind a zero, as a zip
 *   code, or a whole number beyond 2⁵³ that would be rounded, as an identifier. Spaces are part of words.
 *
 * A gap is null. A compressed file is unpacked to a temporary file each time it is opened. A bad row is one that breaks a rule;
 * `usableRows` also leaves out those with an infinity, or a class that an encoder does not know.
 *
 * @throws {OptionError} when an option has a value that cannot be used.
 * @throws {DataError} by `open` and `read`, with line and column, when the file is missing, breaks a rule, or is written
 * to while it is read.
 * @example
 * csvFile('people.csv', { columns: { zip: 'word' } });
 */
export function csvFile(path: string, options: CsvOptions = {}): Source {
  const { separator, header, nulls = NULLS, columns = {}, ...badRowOptions } = options;
  return textSource(
    path,
    csvFormat({
      separator: separatorByte(separator ?? (/\.tsv(\.\w+)?$/i.test(path) ? '\t' : undefined)),
      header,
      nulls: new NullWords(nulls),
      kinds: textKinds('csvFile', columns),
    }),
    badRowOptions,
  );
}

function separatorByte(separator: string | undefined): number | undefined {
  if (separator === undefined) return undefined;
  const byte = separator.charCodeAt(0);
  if (separator.length === 1 && byte < 128 && !'"\r\n'.includes(separator)) return byte;
  throw new OptionError(
    `csvFile separator: expected one ASCII character that is no quote and no end of line, got '${separator}'`,
  );
}

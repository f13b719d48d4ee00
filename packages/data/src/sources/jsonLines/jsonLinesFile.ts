import type { BadRowOptions } from '../badRows/badRowOptions.js';
import type { NoticeOption } from '../noticeOption.js';
import type { Source } from '../source.js';
import { type TextKind, textKinds } from '../text/columnBuilders.js';
import { textSource } from '../text/textSource.js';
import { jsonFormat } from './jsonFormat.js';

/** How a file of JSON lines is read. */
export interface JsonLinesOptions extends BadRowOptions, NoticeOption {
  /** What some of the columns hold, where that is known. A value of another kind is then an error. */
  readonly columns?: Readonly<Record<string, TextKind>> | undefined;
}

/**
 * A file of JSON lines (also called NDJSON), plain or compressed by gzip or zstd: one object in each line, its keys the names
 * of columns. It is looked at once from end to end when it is opened; then any row can be read.
 *
 * A column is one of
 * - numbers (Float64) or booleans (Bool);
 * - dates (Timestamp, milliseconds), when all its strings are dates of ISO 8601, UTC unless a zone is named;
 * - words (Utf8): other strings, and numbers of which one is a whole one beyond 2⁵³ that would be rounded, as an identifier;
 * - lists of numbers, all of one length (FixedSizeList of Float64) or of any (List), or lists of words.
 *
 * An object in an object gives columns with the names of both: `a.b`. A gap is null or a key that is not there.
 *
 * @throws {OptionError} when an option has a value that cannot be used.
 * @throws {DataError} by `open` and `read`, with line and column, when the file is missing, has a line that is no JSON object
 * or a column of several kinds, or is written to while it is read.
 * @example
 * jsonLinesFile('events.jsonl');
 */
export function jsonLinesFile(path: string, options: JsonLinesOptions = {}): Source {
  const { columns = {}, ...badRowOptions } = options;
  return textSource(path, jsonFormat(textKinds('jsonLinesFile', columns)), badRowOptions);
}

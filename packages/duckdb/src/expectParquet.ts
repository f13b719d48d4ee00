import { DataError, openRegular } from '@fluxion/tensor';

/** What a file of Parquet begins and ends with; the second is that of one with an encrypted footer. */
const MARKS: readonly string[] = ['PAR1', 'PARE'];
/** Bytes of a mark. */
const MARK = 4;
/** Bytes of the length of the footer and the mark behind it. */
const END = 8;

/**
 * Looks at both ends of a file, which takes no time: to load DuckDB takes seconds.
 *
 * @throws {DataError} when it cannot be opened, or these are not the ends of a whole Parquet file.
 * @see https://parquet.apache.org/docs/file-format/
 */
export async function expectParquet(path: string): Promise<void> {
  const { size, start, footer, end } = await endsOf(path).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(`cannot open the file: ${reason}; check the path`, { file: path }, { cause });
  });
  if (!MARKS.includes(start)) {
    throw new DataError(
      `expected a Parquet file, which begins with PAR1, got ${size === 0 ? 'an empty file' : 'a file of another kind'}; write it again, or name it by what it is, as .csv`,
      { file: path },
    );
  }
  if (!MARKS.includes(end)) {
    throw new DataError(
      'expected PAR1 at the end, as in every whole Parquet file, got other bytes: the file is cut off, or still being written; copy or write it again',
      { file: path },
    );
  }
  const most = size - MARK - END;
  if (footer === 0 || footer > most) {
    throw new DataError(
      `expected a footer of 1 to ${most} bytes, got one of ${footer}: the file is damaged; copy or write it again`,
      { file: path },
    );
  }
}

/** The marks at both ends, and how long the footer is said to be. */
async function endsOf(
  path: string,
): Promise<{ readonly size: number; readonly start: string; readonly end: string; readonly footer: number }> {
  const { file, size } = await openRegular(path);
  try {
    const bytes = Buffer.alloc(MARK + END);
    await file.read(bytes, 0, MARK, 0);
    if (size >= MARK + END) await file.read(bytes, MARK, END, size - END);
    const [start, end] = [bytes.toString('latin1', 0, MARK), bytes.toString('latin1', 2 * MARK)];
    return { size, start, end, footer: bytes.readUInt32LE(MARK) };
  } finally {
    await file.close();
  }
}

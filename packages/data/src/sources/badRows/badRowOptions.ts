import { OptionError } from '@fluxion/tensor';

/** What becomes of rows that cannot be used. */
export interface BadRowOptions {
  /**
   * `'raise'`: the first one is an error. `'skip'`: they are left out, and the others are numbered without them.
   * `'quarantine'`: they are also written to a file, each with what is wrong with it. Default `'raise'`.
   */
  readonly onBadRow?: 'raise' | 'skip' | 'quarantine' | undefined;
  /** Share of all rows that may be bad, in [0, 1]: more are an error all the same. Default 0.01. */
  readonly maxBadShare?: number | undefined;
  /**
   * Where bad rows are written, as JSON lines. Default: beside the file, `_bad-rows.NAME.jsonl` for rows that cannot be read and
   * `_refused-rows.NAME.jsonl` for those that can be read but not used.
   */
  readonly quarantineFile?: string | undefined;
}

const MAX_BAD_SHARE = 0.01;

/**
 * The options, complete.
 *
 * @throws {OptionError} when one has a value that cannot be used.
 */
export function checkedBadRowOptions({
  onBadRow = 'raise',
  maxBadShare = MAX_BAD_SHARE,
  quarantineFile,
}: BadRowOptions): BadRowOptions & { readonly onBadRow: string; readonly maxBadShare: number } {
  if (!['raise', 'skip', 'quarantine'].includes(onBadRow)) {
    throw new OptionError(
      `onBadRow: expected 'raise', 'skip' or 'quarantine', got '${onBadRow}'; name one of these`,
    );
  }
  if (!(maxBadShare >= 0 && maxBadShare <= 1)) {
    throw new OptionError(
      `maxBadShare: expected a number from 0 to 1, got ${maxBadShare}; give one, as 0.01`,
    );
  }
  return { onBadRow, maxBadShare, quarantineFile };
}

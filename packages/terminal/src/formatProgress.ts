import { formatCount, formatSignificant } from './formatNumber.js';

/** How far a pass over examples has come. */
export interface Progress {
  /** What is under way, as `epoch 1/3`. */
  readonly label: string;
  readonly done: number;
  /** Examples in all, where that is known. */
  readonly total: number | undefined;
  /** Seconds since the start. */
  readonly seconds: number;
  /** Running loss, where there is one. */
  readonly loss?: number | undefined;
}

/** Cells that a bar has at least and at most: less shows nothing, more is only long. */
const BAR = { least: 6, most: 40 };

/**
 * The progress as one line of at most `width` characters: label, bar, share, count, speed, loss, time left. Where they
 * do not all fit, the bar shrinks, and then the least needed ones are left out.
 *
 * @example
 * formatProgress({ label: 'epoch 1/3', done: 31_200, total: 60_000, seconds: 4.1, loss: 0.3127 }, 100);
 * // epoch 1/3  ━━━━━━━━━━━━━━━━───────────────  52 %  31,200 of 60,000  7,610/s  loss 0.313  0:04 left
 */
export function formatProgress(progress: Progress, width: number): string {
  const parts = partsOf(progress);
  const share = shareOf(progress);
  const room = (): number => width - parts.reduce((sum, { text }) => sum + text.length + GAP.length, 0);
  // A bar is worth more than most parts, but not more than the label and the share in numbers.
  const wanted = (): number => (share === undefined || parts.length <= 2 ? -GAP.length : BAR.least);
  while (parts.length > 1 && room() < wanted()) parts.splice(leastNeeded(parts), 1);
  const texts = parts.map(({ text }) => text);
  const cells = Math.min(BAR.most, room());
  if (share !== undefined && cells >= BAR.least) texts.splice(1, 0, bar(share, cells));
  return texts.join(GAP).slice(0, Math.max(0, width));
}

/** Share of the examples that is done, from 0 to 1, where it is known. */
export function shareOf({ done, total }: Progress): number | undefined {
  return total === undefined ? undefined : total === 0 ? 1 : Math.min(1, done / total);
}

const GAP = '  ';

/** A piece of the line: the higher its need, the longer it stays. */
interface Part {
  readonly text: string;
  readonly need: number;
}

function partsOf(progress: Progress): Part[] {
  const { label, done, total, seconds, loss } = progress;
  const share = shareOf(progress);
  const speed = seconds > 0 ? done / seconds : 0;
  const parts: Part[] = [{ text: label, need: 6 }];
  if (share !== undefined) parts.push({ text: `${Math.floor(100 * share)} %`.padStart(5), need: 5 });
  parts.push({ text: formatDone(done, total), need: share === undefined ? 5 : 1 });
  if (speed > 0) parts.push({ text: `${formatCount(speed)}/s`, need: 2 });
  if (loss !== undefined) parts.push({ text: `loss ${formatSignificant(loss)}`, need: 4 });
  if (total !== undefined && speed > 0 && done < total) {
    parts.push({ text: `${formatClock((total - done) / speed)} left`, need: 3 });
  }
  return parts;
}

function leastNeeded(parts: readonly Part[]): number {
  return parts.reduce((least, { need }, i) => (need < (parts[least] as Part).need ? i : least), 0);
}

/** The count, kept as wide as it will become, so that what comes after it stands still. */
function formatDone(done: number, total: number | undefined): string {
  if (total === undefined) return `${formatCount(done)} examples`;
  const whole = formatCount(total);
  return `${formatCount(done).padStart(whole.length)} of ${whole}`;
}

function bar(share: number, cells: number): string {
  const full = Math.floor(share * cells);
  return '━'.repeat(full) + '─'.repeat(cells - full);
}

function formatClock(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const rest = String(whole % 60).padStart(2, '0');
  return hours === 0 ? `${minutes}:${rest}` : `${hours}:${String(minutes).padStart(2, '0')}:${rest}`;
}

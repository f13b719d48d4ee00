/** A spreadsheet takes text that begins so for a formula and computes it; a signed number is one all the same. */
const FORMULA = /^([=@\t\r]|[+-](?![\d.]+(e[+-]?\d+)?$))/i;

/** Text that no spreadsheet computes: what it would take for a formula begins with an apostrophe. */
export function harmless(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** Text as a cell of CSV, quoted where it must be. */
export function csvCell(text: string, separator = ','): string {
  return /["\r\n]/.test(text) || text.includes(separator) ? `"${text.replaceAll('"', '""')}"` : text;
}

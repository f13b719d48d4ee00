/** Whether a text of digits, with a sign or without, says a whole number that no float64 is: beyond 2⁵³ only some are one. */
export function losesDigits(text: string): boolean {
  if (!/^[+-]?\d{16,}$/.test(text)) return false;
  const value = Number(text);
  return !Number.isFinite(value) || BigInt(value) !== BigInt(text.replace('+', ''));
}

/** The line of a program's complaint that says most: an error's message, or the last one. */
export function lineOf(complaint: string): string {
  const lines = complaint.trim().split('\n');
  return lines.find((line) => /^\w*Error/.test(line)) ?? lines.at(-1) ?? '';
}

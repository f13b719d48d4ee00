/** The tags that are open at the end, and those that were closed out of turn. */
export function unbalanced(page: string): string[] {
  const empty = new Set(['meta', 'img', 'br', '!doctype']);
  const open: string[] = [];
  for (const [, close, name = '', selfClosed] of page.matchAll(
    /<(\/?)([a-z!][a-z0-9]*)(?:"[^"]*"|[^">])*?(\/?)>/gi,
  )) {
    if (empty.has(name.toLowerCase()) || selfClosed) continue;
    if (!close) open.push(name);
    else if (open.at(-1) === name) open.pop();
    else return [...open, `/${name}`];
  }
  return open;
}

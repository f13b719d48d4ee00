/** A node of a graph: its name, and those that it reads. */
export interface RailNode {
  readonly name: string;
  readonly children: readonly string[];
}

/** A line of a drawing: a node's own, or one that leads to the next node. */
export interface RailLine {
  readonly rail: string;
  readonly name?: string;
}

/**
 * Draws a graph as lines of text, a node a line, each below what it reads. A value's rail goes down from its node to the last
 * one that reads it.
 *
 * ```text
 * ● input
 * ├─╮
 * │ ● linear1
 * ├─╯
 * ● add1
 * ```
 *
 * @param nodes each after all that it reads
 * @param kept names of nodes that are read from outside too: their rails go on to the end
 */
export function graphRails(nodes: readonly RailNode[], kept: readonly string[] = []): readonly RailLine[] {
  const uses = new Map(kept.map((name) => [name, 1]));
  for (const child of nodes.flatMap(({ children }) => [...new Set(children)])) {
    uses.set(child, (uses.get(child) ?? 0) + 1);
  }
  /** The value on each rail; undefined where none is. */
  const rails: (string | undefined)[] = [];
  const lines: RailLine[] = [];
  for (const { name, children } of nodes) {
    const before = [...rails];
    const read = [...new Set(children)].map((child) => rails.indexOf(child)).filter((rail) => rail >= 0);
    for (const rail of read) {
      const child = rails[rail] as string;
      const left = (uses.get(child) ?? 1) - 1;
      uses.set(child, left);
      if (left === 0) rails[rail] = undefined;
    }
    const freed = read.filter((rail) => rails[rail] === undefined);
    const own = freed.length > 0 ? Math.min(...freed) : firstFree(rails, before);
    rails[own] = name;
    if (read.some((rail) => rail !== own)) lines.push({ rail: crossing(before, rails, read, own) });
    lines.push({
      rail: rails
        .map((value, i) => (i === own ? '●' : value === undefined ? ' ' : '│'))
        .join(' ')
        .trimEnd(),
      name,
    });
    if (!uses.get(name)) rails[own] = undefined;
    while (rails.length > 0 && rails.at(-1) === undefined) rails.pop();
  }
  return lines;
}

/** A rail that is free, and was before, so that no line seems to go on. */
function firstFree(rails: readonly (string | undefined)[], before: readonly (string | undefined)[]): number {
  for (let rail = 0; ; rail++) if (rails[rail] === undefined && before[rail] === undefined) return rail;
}

/** By whether lines go up, down, left and right. */
const CORNERS: Readonly<Record<string, string>> = {
  ud: '│',
  udr: '├',
  udl: '┤',
  udlr: '┼',
  ul: '╯',
  ur: '╰',
  ulr: '┴',
  dl: '╮',
  dr: '╭',
  dlr: '┬',
  lr: '─',
};

/** The line in which the rails that a node reads come to its own. */
function crossing(
  before: readonly (string | undefined)[],
  after: readonly (string | undefined)[],
  read: readonly number[],
  own: number,
): string {
  const [first, last] = [Math.min(own, ...read), Math.max(own, ...read)];
  let line = '';
  for (let rail = 0; rail < Math.max(before.length, after.length); rail++) {
    const joins = rail === own || read.includes(rail);
    const [up, down] = [before[rail] !== undefined, after[rail] !== undefined];
    const left = rail > first && rail <= last;
    const right = rail >= first && rail < last;
    const lines = `${up ? 'u' : ''}${down ? 'd' : ''}${left && (joins || !up) ? 'l' : ''}${right && (joins || !up) ? 'r' : ''}`;
    line += `${CORNERS[lines] ?? ' '}${right ? '─' : ' '}`;
  }
  return line.trimEnd();
}

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { markdownTable } from '../pages/markdownTable.js';
import { thisMachine } from '../pages/thisMachine.js';
import { encodeRows } from './encodeRows.js';
import { fluxionScore } from './fluxionScore.js';
import { sklearnScores, sklearnTables } from './sklearn.js';
import { rowsOf, splitTable, type Table } from './table.js';
import { vegaTables } from './vegaTables.js';

/** How far below the better of scikit-learn's models the command may be, in points. */
const WITHIN = 2;

/** Rows from which a table is no longer small, and from which it is large. */
const MEDIUM = 500;
const LARGE = 10_000;

/** Splits of a table: a small one has few rows to be tested on, and those of a large one tell enough each. */
function splitsOf(rows: number): number {
  if (rows < MEDIUM) return 8;
  return rows > LARGE ? 1 : 2;
}

/**
 * `fluxion train` with no option but the target, beside scikit-learn's linear models and multilayer perceptrons with theirs, on
 * the same rows and the same encoding. The process ends with 1 where a table is further below.
 *
 * @param part of the names of the tables to take
 */
export async function benchTables(part: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fluxion-bench-'));
  try {
    const made = sklearnTables(folder);
    const tables = [...('leftOut' in made ? [] : made), ...vegaTables(folder)];
    const results: TableResult[] = [];
    for (const table of tables.filter(({ name }) => name.includes(part))) {
      const result = await measureTable(table, folder);
      results.push(result);
      console.log(
        cellsOf(result)
          .map((cell) => cell ?? '–')
          .join('  '),
      );
    }
    const far = results.filter(({ difference }) => difference !== undefined && difference < -WITHIN);
    if (far.length > 0) process.exitCode = 1;
    return page(results, 'leftOut' in made ? made.leftOut : undefined);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Points and seconds, each the mean over the splits. */
interface TableResult {
  readonly name: string;
  readonly rows: number;
  /** Numbers that an encoded row has. */
  readonly width: number;
  readonly fluxion: number;
  readonly linear?: number;
  readonly mlp?: number;
  /** To the better of both means. */
  readonly difference?: number;
  /** Standard error of the difference over the splits. */
  readonly error?: number;
  readonly seconds: number;
}

async function measureTable(table: Table, folder: string): Promise<TableResult> {
  const rows = rowsOf(table);
  const splits = splitsOf(rows);
  const scores: { fluxion: number; seconds: number; width: number; linear?: number; mlp?: number }[] = [];
  for (let seed = 1; seed <= splits; seed++) {
    const own = join(folder, `${table.name} ${seed}`);
    await mkdir(own);
    splitTable(table, own, seed);
    const { score, seconds } = fluxionScore(table, own, seed);
    const width = await encodeRows(table, own);
    const others = sklearnScores(own);
    scores.push({ fluxion: score, seconds, width, ...('leftOut' in others ? {} : others) });
    await rm(own, { recursive: true });
  }
  const mean = (of: (score: (typeof scores)[number]) => number): number =>
    scores.reduce((sum, score) => sum + of(score), 0) / splits;
  const common = {
    name: table.name,
    rows,
    width: mean(({ width }) => width),
    fluxion: 100 * mean(({ fluxion }) => fluxion),
    seconds: mean(({ seconds }) => seconds),
  };
  if (scores.some(({ linear }) => linear === undefined)) return common;
  const [linear, mlp] = [mean(({ linear = 0 }) => 100 * linear), mean(({ mlp = 0 }) => 100 * mlp)];
  const better = (score: (typeof scores)[number]): number => (linear > mlp ? score.linear : score.mlp) ?? 0;
  const difference = common.fluxion - Math.max(linear, mlp);
  const square = mean((score) => (100 * (score.fluxion - better(score)) - difference) ** 2);
  return {
    ...common,
    ...{ linear, mlp, difference },
    ...(splits > 1 && { error: Math.sqrt(square / (splits - 1)) }),
  };
}

function cellsOf(result: TableResult): (string | undefined)[] {
  const { name, rows, width, fluxion, linear, mlp, difference, error, seconds } = result;
  const points =
    difference === undefined ? undefined : `${difference < 0 ? '' : '+'}${difference.toFixed(1)}`;
  return [
    name,
    rows.toLocaleString('en'),
    width.toFixed(0),
    fluxion.toFixed(1),
    linear?.toFixed(1),
    mlp?.toFixed(1),
    error === undefined ? points : `${points} ± ${error.toFixed(1)}`,
    seconds.toFixed(1),
  ];
}

function page(results: readonly TableResult[], leftOut: string | undefined): string {
  const headings = ['table', 'rows', 'numbers', 'Fluxion', 'linear', 'MLP', 'difference', 'seconds'];
  const compared = results.flatMap(({ difference }) => (difference === undefined ? [] : [difference]));
  const near = compared.filter((difference) => difference >= -WITHIN).length;
  return `# Tables

${thisMachine()}.

\`fluxion train TABLE --target COLUMN\`, all else left open, beside scikit-learn's LogisticRegression (for numbers the better of
LinearRegression and Ridge) and MLPClassifier (MLPRegressor), as they are by default but for max_iter, on the same rows as Fluxion's
encoder encodes them. Accuracy in %, or R² × 100, on a quarter of the rows, at most ${LARGE.toLocaleString('en')}, that none has seen: the mean of
${splitsOf(MEDIUM)} splits, of ${splitsOf(0)} of a table of fewer than ${MEDIUM} rows, or one of more than ${LARGE.toLocaleString('en')}. Fluxion holds a tenth of the other rows out to validate; scikit-learn trains on
all of them. The difference is to the better of both, with its standard error over the splits. Seconds are the command's, its start
included.
${leftOut === undefined ? '' : `\nscikit-learn's tables and models are left out: ${leftOut}\n`}
${markdownTable(headings, results.map(cellsOf))}

${near} of ${compared.length} are within ${WITHIN} points, or above.
`;
}

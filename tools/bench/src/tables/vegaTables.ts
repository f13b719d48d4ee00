import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Table } from './table.js';

type Row = Readonly<Record<string, unknown>>;

/** A table of vega-datasets: its file, its target, and columns that name the row or tell the target. */
const tables = [
  { name: 'penguins', file: 'penguins.json', kind: 'classes', target: 'Species', without: [] },
  { name: 'sex of penguins', file: 'penguins.json', kind: 'classes', target: 'Sex', without: [] },
  {
    name: 'weather of Seattle',
    file: 'seattle-weather.csv',
    kind: 'classes',
    target: 'weather',
    without: ['date'],
  },
  { name: 'cars', file: 'cars.json', kind: 'number', target: 'Miles_per_Gallon', without: ['Name'] },
  {
    name: 'ratings of films',
    file: 'movies.json',
    kind: 'number',
    target: 'IMDB Rating',
    without: ['Title', 'Director'],
  },
  {
    name: 'takings of films',
    file: 'movies.json',
    kind: 'number',
    target: 'Worldwide Gross',
    without: ['Title', 'Director', 'US Gross', 'US DVD Sales'],
  },
] as const;

/** Writes tables of vega-datasets as CSV, without the rows that lack the target. */
export function vegaTables(folder: string): readonly Table[] {
  return tables.map(({ name, file, kind, target, without }) => {
    const rows = rowsOf(file).filter((row) => !['', '.', undefined, null].includes(row[target] as string));
    const left: readonly string[] = without;
    const columns = Object.keys(rows[0] ?? {}).filter(
      (column) => column !== target && !left.includes(column),
    );
    const lines = rows.map((row) =>
      [...columns.map((column) => cell(row[column])), cell(row[target])].join(','),
    );
    const path = join(folder, `${name}.csv`);
    writeFileSync(path, [[...columns.map(cell), 'target'].join(','), ...lines, ''].join('\n'));
    return { name, kind, file: path };
  });
}

function rowsOf(file: string): readonly Row[] {
  const text = readFileSync(
    fileURLToPath(new URL(`../data/${file}`, import.meta.resolve('vega-datasets'))),
    'utf8',
  );
  if (file.endsWith('.json')) return JSON.parse(text) as readonly Row[];
  const [heading = '', ...lines] = text.trimEnd().split('\n');
  const names = heading.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((value, i) => [names[i], value])));
}

function cell(value: unknown): string {
  const text = value === null || value === undefined ? '' : String(value).replaceAll('\n', ' ');
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

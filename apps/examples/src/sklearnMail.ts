import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RowFilter } from 'fluxion';
import type { Mails } from './mails.js';

/**
 * The share of the other mails that scikit-learn gets right, by model; undefined where it is not installed.
 *
 * @throws {Error} when Python fails, with what it says.
 */
export function sklearnMail(
  { text, kind }: Mails,
  rows: { readonly training: RowFilter; readonly validation: RowFilter },
): Readonly<Record<string, number>> | undefined {
  const part = (keeps: RowFilter): Mails => ({
    text: text.filter((_, row) => keeps(row)),
    kind: kind.filter((_, row) => keeps(row)),
  });
  const folder = mkdtempSync(join(tmpdir(), 'fluxion-mail-'));
  try {
    const file = join(folder, 'mails.json');
    writeFileSync(file, JSON.stringify({ training: part(rows.training), test: part(rows.validation) }));
    const program = fileURLToPath(new URL('../src/sklearnMail.py', import.meta.url));
    for (const python of ['python3', '/usr/bin/python3']) {
      const { error, status, stdout, stderr } = spawnSync(python, [program, file], { encoding: 'utf8' });
      if (status === 0) return JSON.parse(stdout) as Readonly<Record<string, number>>;
      const isMissing = (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
      if (!isMissing && !/ModuleNotFoundError.*'(sklearn|numpy)'/.test(stderr)) {
        throw error ?? new Error(`${python} ${program}: ${stderr}`);
      }
    }
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

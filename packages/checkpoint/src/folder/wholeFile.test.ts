import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CheckpointError } from '@fluxion/tensor';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporaryFolder.js';
import { WholeFile } from './wholeFile.js';

const bytes = new TextEncoder();

describe('WholeFile', () => {
  test('is not there before it is whole', async () => {
    const path = join(await temporaryFolder(), 'a.csv');
    const file = new WholeFile(path);
    for (const text of ['one\n', 'two\n']) file.write(bytes.encode(text));
    expect(existsSync(path)).toBe(false);
    file.commit();
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  });

  test('leaves the old one, and nothing beside it, when it is given up', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'a.csv');
    writeFileSync(path, 'old');
    const file = new WholeFile(path);
    file.write(bytes.encode('new'));
    file.discard();
    expect([readFileSync(path, 'utf8'), readdirSync(folder)]).toEqual(['old', ['a.csv']]);
  });

  test('is written beside its place under a name that nobody could have planted a link at', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'a.csv');
    const victim = join(folder, 'victim');
    writeFileSync(victim, 'precious');
    symlinkSync(victim, `${path}.tmp-${process.pid}`);
    const [one, two] = [new WholeFile(path), new WholeFile(path)];
    one.write(bytes.encode('one'));
    two.write(bytes.encode('two'));
    one.commit();
    two.discard();
    expect(readFileSync(path, 'utf8')).toBe('one');
    expect(readFileSync(victim, 'utf8')).toBe('precious');
  });

  test('refuses a folder, and a place that is none, by the name that it was given', async () => {
    const folder = await temporaryFolder();
    mkdirSync(join(folder, 'taken'));
    expect(() => new WholeFile(join(folder, 'taken'))).toThrow('cannot write it (it is a folder)');
    const path = join(folder, 'nowhere', 'a.csv');
    expect(() => new WholeFile(path)).toThrow(
      new CheckpointError(
        `${path}: expected a file to write, cannot write it (ENOENT: no such file or directory); make room there, or name another file`,
      ),
    );
  });
});

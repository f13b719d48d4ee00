import { readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { DataError } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { readColumns, readRows } from '../test/readColumns.js';
import { temporaryFolder } from '../test/temporaryFolder.js';
import { duckdb } from './duckdb.js';

describe('duckdb', () => {
  it('gives the rows of a query, in any order', async () => {
    const open = await duckdb('SELECT range::DOUBLE AS a, range % 2 = 0 AS b FROM range(10000)').open();
    expect(await open.countRows?.()).toBe(10_000);
    expect(await readRows(open, 9998, 10_010, 5)).toEqual({ a: [9998, 9999], b: [true, false] });
    expect(await readRows(open, 3, 5, 1)).toEqual({ a: [3, 4], b: [false, true] });
    await open.close();
  });

  it('joins files', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'a.csv'), 'id,x\n1,0.5\n2,1.5\n');
    await writeFile(join(folder, 'b.jsonl'), '{"id":2,"w":"two"}\n{"id":1,"w":"one"}\n');
    const sql = `SELECT w, x FROM '${folder}/a.csv' JOIN '${folder}/b.jsonl' USING (id) ORDER BY id`;
    expect(await readColumns(duckdb(sql))).toEqual({ w: ['one', 'two'], x: [0.5, 1.5] });
  });

  it('reads a database file, and does not write to it', async () => {
    const path = join(await temporaryFolder(), "it's.duckdb");
    const instance = await DuckDBInstance.create(path);
    const connection = await instance.connect();
    await connection.run('CREATE TABLE t AS SELECT 7 AS a');
    connection.closeSync();
    instance.closeSync();
    expect(await readColumns(duckdb('FROM t', { database: path }))).toEqual({ a: [7] });
    await expect(duckdb('DROP TABLE t', { database: path }).open()).rejects.toThrow(DataError);
    expect(await readColumns(duckdb('FROM t', { database: path }))).toEqual({ a: [7] });
  });

  it('refuses a query with a fault, or a value that comes late', async () => {
    await expect(duckdb('SELECT nothing').open()).rejects.toThrow(
      /^query: DuckDB refuses it: Binder Error[^\n]*; correct the query, or what it reads$/,
    );
    const late = "SELECT CASE WHEN range = 900000 THEN error('late') ELSE 1 END AS a FROM range(1000000)";
    await expect(duckdb(late).open()).rejects.toThrow(DataError);
  });

  it('can be interrupted, and leaves nothing behind', async () => {
    const before = await readdir(tmpdir());
    const stop = new AbortController();
    const endless = duckdb('SELECT count(*) AS a FROM range(1000000) AS x, range(1000000) AS y').open(
      stop.signal,
    );
    setTimeout(() => stop.abort(), 200);
    await expect(endless).rejects.toThrow('aborted');
    const left = (await readdir(tmpdir())).filter((name) => !before.includes(name));
    expect(left.filter((name) => /^fluxion-duckdb-\w{6}$/.test(name))).toEqual([]);
  });
});

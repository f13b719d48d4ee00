import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';

type FileSystem = typeof import('node:fs/promises');

/** Which accesses of files fail, counted from 1 since the last `reset`, and how. */
export const faults = {
  /** What was asked of the file system. */
  accesses: [] as string[],
  code: 'EIO',
  fails: (_count: number): boolean => false,
  reset(code = 'EIO', fails: (count: number) => boolean = () => false): void {
    Object.assign(faults, { accesses: [], code, fails });
  },
};

/** A file system whose opening, reading, writing, flushing and renaming fails when it is told to. */
export function faultyFiles(real: FileSystem): FileSystem {
  const access = (what: string): void => {
    const count = faults.accesses.push(what);
    if (!faults.fails(count)) return;
    throw Object.assign(new Error(`${faults.code}: injected into ${what}`), { code: faults.code });
  };
  const faulty =
    <A extends unknown[], R>(name: string, work: (path: string, ...args: A) => Promise<R>) =>
    async (path: string, ...args: A): Promise<R> => {
      access(`${name} ${basename(path)}`);
      return await work(path, ...args);
    };
  return {
    ...real,
    mkdir: faulty('mkdir', real.mkdir as never) as never,
    rename: faulty('rename', real.rename as never) as never,
    rmdir: faulty('rmdir', real.rmdir as never) as never,
    unlink: faulty('unlink', real.unlink as never) as never,
    readdir: faulty('readdir', real.readdir as never) as never,
    readFile: faulty('read', real.readFile as never) as never,
    open: async (path, ...options): Promise<FileHandle> => {
      const name = basename(String(path));
      access(`open ${name}`);
      const handle = await real.open(path, ...options);
      const { read, sync } = handle;
      handle.read = (async (...args: unknown[]) => {
        access(`read ${name}`);
        return await (read as (...args: unknown[]) => Promise<unknown>).apply(handle, args);
      }) as never;
      handle.sync = async () => {
        access(`sync ${name}`);
        await sync.call(handle);
      };
      return handle;
    },
    writeFile: (async (file: FileHandle, content: Uint8Array) => {
      access('write');
      await real.writeFile(file, content);
    }) as never,
  };
}

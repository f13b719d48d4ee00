import { inspect } from 'node:util';

/**
 * An error as one sentence, or, to debug, with its stack and its causes.
 *
 * System errors say what was done to which file and why that failed, in words instead of codes.
 */
export function failureText(error: unknown, debug: boolean): string {
  if (debug) return inspect(error);
  if (!(error instanceof Error)) return String(error);
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  if (code !== undefined && path !== undefined) {
    return `${path}: cannot ${DEEDS[syscall ?? ''] ?? 'use it'}, ${REASONS[code] ?? code}`;
  }
  return error.message.replace(/\s*\n\s*/g, ' ');
}

const DEEDS: Readonly<Record<string, string>> = {
  open: 'open it',
  mkdir: 'make the folder',
  rename: 'put it in its place',
  read: 'read it',
  write: 'write to it',
  scandir: 'list the folder',
};

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'part of the path is not a folder',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
  EEXIST: 'it exists already',
};

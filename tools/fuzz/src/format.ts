/** A format of files. */
export interface Format {
  /** A whole file, by its parts. */
  files(folder: string): Promise<Readonly<Record<string, Uint8Array>>>;
  /** Reads one of a folder to the end, and says what was in it. */
  read(folder: string): Promise<unknown>;
  /** Whether checksums tell all damage: what is read at all is what was written. */
  readonly isChecked?: boolean;
}

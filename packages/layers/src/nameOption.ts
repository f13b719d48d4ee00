/** Options of a box without parameters. */
export interface NameOption {
  readonly name?: string;
}

/** Is told in a sentence of what takes time or room that could be saved. */
export interface NoticeOption {
  /** Called at most once for a file. Default: nobody is told. */
  readonly notice?: ((message: string) => void) | undefined;
}

/** Is told in a sentence of what takes time or room that could be saved, and of names that had to be changed. */
export interface NoticeOption {
  /** Called once for each thing that is to be told of a file. Default: nobody is told. */
  readonly notice?: ((message: string) => void) | undefined;
}

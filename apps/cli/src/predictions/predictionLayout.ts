/** What is written of each prediction. */
export interface PredictionLayout {
  /** The most probable class, by its name or, without names, by its number; absent where nothing is classified. */
  readonly label: { readonly names: readonly string[] | undefined } | undefined;
  /** What to call each number that the model answers, in a file that has a column for each. */
  readonly headings: readonly string[];
  /** What to call them together, in a file that has a column of lists for them; absent where each has its column. */
  readonly list: string | undefined;
}

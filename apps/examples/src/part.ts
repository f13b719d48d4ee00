/** How much of the data a program takes, and how often. */
export interface Part {
  readonly rows: number;
  readonly epochs: number;
}

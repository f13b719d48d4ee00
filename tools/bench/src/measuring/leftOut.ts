/** What could not be measured, and why. */
export interface LeftOut {
  readonly leftOut: string;
}

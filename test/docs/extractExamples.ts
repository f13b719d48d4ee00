/** A program on a page for readers. */
export interface Example {
  /** Line of the page on which the program begins, counted from 1. */
  readonly line: number;
  readonly code: string;
}

/** The programs of a Markdown page: blocks fenced as ts and nothing else. "```ts fragment" is for readers only. */
export function extractExamples(page: string): Example[] {
  return [...page.matchAll(/^```ts\n(.*?)\n```$/gms)].map(({ 1: code = '', index }) => ({
    line: page.slice(0, index).split('\n').length + 1,
    code,
  }));
}

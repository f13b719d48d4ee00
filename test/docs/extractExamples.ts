/** A program in a text for readers. */
export interface Example {
  /** Line of the text on which the program begins, counted from 1. */
  readonly line: number;
  readonly code: string;
}

// A block fenced as ts and nothing else: "```ts fragment" is for readers only. In a docstring each line starts with " * ".
const block = /^(?<margin>[ \t]*(?:\*[ \t]*)?)```ts\n(?<body>.*?)\n\k<margin>```$/gms;

/** The programs in a Markdown page or in the docstrings of a source file. */
export function extractExamples(text: string): Example[] {
  return [...text.matchAll(block)].map((match) => {
    const { margin = '', body = '' } = match.groups ?? {};
    const line = text.slice(0, match.index).split('\n').length + 1;
    const code = body.split('\n').map((row) => row.slice(margin.length));
    return { line, code: code.join('\n') };
  });
}

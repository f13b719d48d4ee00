/** What errors of the packages say to programs, and what it is in options of the command. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/read it with arrowStream\(.*\)$/, 'convert it to an Arrow IPC file'],
  [/, or set targetKind to 'values'/, ', or take --loss squaredError'],
  [/, or raise classes/, ''],
  [/add it to labelNames, or remove the row/, 'remove the row, or train on data that has it'],
  [/give the list a name of its own, as \{.*\}/, 'name it alone by --input'],
];

/** An error's text for someone at a terminal: it speaks of options of the command, not of those of a function. */
export function inCommandWords(text: string): string {
  return WORDS.reduce((words, [programs, commands]) => words.replace(programs, commands), text);
}

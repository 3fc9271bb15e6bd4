const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  init: ['dest init', 'dest init shop --force'],
  plugins: ['dest plugins', 'dest plugins -c staging.yaml --json'],
  validate: ['dest validate', 'dest validate staging.yaml --json'],
  check: ['dest check', 'dest check orders profiles'],
  explain: [
    'dest explain events.ndjson',
    'dest explain events.ndjson --destination orders',
    'head -n 1 events.ndjson | dest explain --json',
  ],
  send: [
    'dest send events.ndjson',
    'zcat events.ndjson.gz | dest send -c shop/dest.yaml',
    'dest send events.ndjson --give-up-after 300 --json > summary.json',
  ],
};

/** The examples that end a command's help. */
export function helpExamples(command: string): string {
  const examples = EXAMPLES[command] ?? [];
  return `\nExamples:\n${examples.map((example) => `  $ ${example}`).join('\n')}`;
}

const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  init: ['dest init', 'dest init shop --force'],
  plugins: ['dest plugins', 'dest plugins --import', 'dest plugins -c staging.yaml --json'],
  add: ['dest add @dest/webhook', 'dest add acme@^1.2.0 --dry-run', 'dest add ./acme-1.2.0.tgz --yes --json'],
  validate: ['dest validate', 'dest validate staging.yaml --json'],
  check: ['dest check', 'dest check orders profiles'],
  doctor: ['dest doctor', 'dest doctor --no-check --json'],
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
  run: [
    'dest run',
    'tail -F events.ndjson | dest run --watch',
    'producer | dest run --acks --json > acks.ndjson',
    'dest run --until-eof < events.ndjson',
  ],
  reload: ['dest reload', 'dest reload -c staging.yaml'],
  forget: ['dest forget profile-1', 'dest forget profile-1 --json > erased.json'],
  test: ['dest test', 'dest test ./plugins/crm --only secrets', 'dest test @acme/crm --json > scorecard.json'],
  manifest: ['dest manifest', 'dest manifest packages/crm --check'],
  'dead-letters': ['dest dead-letters list --since 2h', 'dest dead-letters replay --destination orders'],
  'dead-letters list': [
    'dest dead-letters list',
    'dest dead-letters list --destination orders --since 2h',
    'dest dead-letters list --before 2026-01-31T12:00Z --limit 1000 --json',
  ],
  'dead-letters show': ['dest dead-letters show 42'],
  'dead-letters replay': [
    'dest dead-letters replay 42 43',
    'dest dead-letters replay --destination orders --code WEBHOOK_REJECTED --since 1d',
    'dest dead-letters replay --all',
  ],
  'dead-letters drop': ['dest dead-letters drop 42', 'dest dead-letters drop --before 30d --yes'],
  lanes: ['dest lanes', 'dest lanes resume orders'],
  'lanes list': ['dest lanes', 'dest lanes list --json'],
  'lanes resume': ['dest lanes resume orders'],
  'lanes move': ['dest lanes move old-orders/@dest/pulsar/1/production --to orders'],
  'lanes drop': ['dest lanes drop old-orders/@dest/pulsar/1/production'],
};

/** The examples that end a command's help. @param command - its name, with that of the one that it is part of before it */
export function helpExamples(command: string): string {
  const examples = EXAMPLES[command] ?? [];
  return `\nExamples:\n${examples.map((example) => `  $ ${example}`).join('\n')}`;
}

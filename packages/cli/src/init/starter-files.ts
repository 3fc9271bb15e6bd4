/** A file that `dest init` writes. */
export interface StarterFile {
  readonly name: string;
  readonly content: string;
}

/** What git should not keep. */
export const IGNORED = ['node_modules/', '.dest/', 'out/', '.env'];

/**
 * The configuration and the events to begin with; they work as they stand where `@dest/file` is installed.
 *
 * @param schema - where an editor finds the schema, as the configuration's folder sees it
 */
export function starterFiles(schema: string): readonly StarterFile[] {
  return [
    { name: 'dest.yaml', content: configurationText(schema) },
    { name: 'events.ndjson', content: events.map((event) => `${JSON.stringify(event)}\n`).join('') },
  ];
}

const configurationText = (schema: string): string => `# yaml-language-server: $schema=${schema}
version: 1

# Packages to load destination types from: installed by npm, or files of yours such as ./my-destination.js
plugins:
  - '@dest/file'

# true: destinations use the test credentials of their resources instead of the production ones.
debug: false

# Systems on the other side, and how to get in. Keep secrets out of this file: \${NAME} is taken from the environment.
# resources:
#   - id: main-pulsar
#     credentials:
#       production: { host: 'wss://pulsar.example.com', token: '\${PULSAR_TOKEN}' }
#       test: { host: 'ws://127.0.0.1:8080' }

destinations:
  # Orders above 100, mapped: what the payload looks like is up to you.
  - id: big-orders
    name: Big orders
    package: '@dest/file'
    init: { path: out/big-orders.ndjson }
    eventType: order-*
    condition: event@properties.total > 100
    mapping:
      id: event@id
      total: event@properties.total
      email: profile@traits.email

  # Every event, as it came.
  - id: archive
    name: All events
    package: '@dest/file'
    init: { path: out/archive.ndjson }

  # Profiles, whenever one changed.
  - id: profiles
    name: Changed profiles
    package: '@dest/file'
    init: { path: out/profiles.ndjson }
    onProfileChangeOnly: true
`;

const profile = { id: 'profile-1', traits: { email: 'ada@example.com', name: 'Ada' }, consents: { marketing: true } };

const events = [
  { id: 'sample-1', event: { id: 'event-1', type: 'product-viewed', properties: { sku: 'lamp-3' } }, profile },
  {
    id: 'sample-2',
    event: { id: 'event-2', type: 'order-created', properties: { orderId: 'A-1001', total: 149.9, currency: 'EUR' } },
    profile,
    session: { id: 'session-1' },
  },
  {
    id: 'sample-3',
    event: { id: 'event-3', type: 'order-created', properties: { orderId: 'A-1002', total: 24.5, currency: 'EUR' } },
    profile: { id: 'profile-2', traits: { email: 'bob@example.com' } },
  },
  {
    id: 'sample-4',
    profile: { ...profile, traits: { ...profile.traits, city: 'Paris' } },
    changes: ['traits.city'],
  },
];

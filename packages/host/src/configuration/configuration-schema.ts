import { BYTES_PATTERN, DURATION_PATTERN } from './units';

const name = { type: 'string', minLength: 1 } as const;
const id = {
  type: 'string',
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
  description: 'Letters, digits, dot, underscore, hyphen; at most 100',
} as const;
const tags = { type: 'array', items: { type: 'string' }, description: 'For sorting and searching' } as const;
const names = {
  anyOf: [name, { type: 'array', items: name, minItems: 1 }],
} as const;
const duration = {
  anyOf: [
    { type: 'integer', minimum: 0 },
    { type: 'string', pattern: DURATION_PATTERN },
  ],
} as const;
const bytes = {
  anyOf: [
    { type: 'integer', minimum: 1 },
    { type: 'string', pattern: BYTES_PATTERN },
  ],
} as const;

const plugin = {
  anyOf: [
    name,
    {
      type: 'object',
      properties: {
        package: { ...name, description: 'Package name, or path of a file or folder' },
        range: { ...name, description: 'The versions that may be loaded, such as ^1.0.0' },
      },
      required: ['package'],
      additionalProperties: false,
    },
  ],
} as const;

const resource = {
  type: 'object',
  properties: {
    id,
    name: { type: 'string' },
    description: { type: 'string' },
    tags,
    enabled: { type: 'boolean', description: 'false: none of its destinations receives anything. Default: true' },
    credentials: {
      type: 'object',
      writeOnly: true,
      description: 'How to get in; which properties there are, the destination type says',
      properties: {
        production: { type: 'object', description: 'Used where debug is off' },
        test: { type: 'object', description: 'Used where debug is on' },
      },
      additionalProperties: false,
    },
  },
  required: ['id'],
  additionalProperties: false,
} as const;

const resourceReference = {
  type: 'object',
  properties: { id: { ...id, description: 'Id of one of the resources' } },
  required: ['id'],
  additionalProperties: false,
} as const;

// It may have secrets in it as well.
const init = {
  type: 'object',
  writeOnly: true,
  description: 'Parameters; which there are, the type says',
} as const;

const delivery = {
  type: 'object',
  description: 'How deliveries are made',
  properties: {
    ordering: { enum: ['none', 'key', 'strict'], description: 'What starts in order. Default: none' },
    key: { ...name, description: 'A reference to what orders deliveries. Default: the id of the profile' },
    concurrency: { type: 'integer', minimum: 1, maximum: 1000, description: 'Calls under way at once. Default: 4' },
    timeoutMs: { type: 'integer', minimum: 1, description: 'Deadline of one call. Default: 30000' },
    batch: {
      type: 'object',
      properties: {
        maxItems: { type: 'integer', minimum: 1, maximum: 100_000, description: 'Default: 500' },
        maxBytes: { ...bytes, description: 'Default: 4MiB' },
        lingerMs: { type: 'integer', minimum: 0, description: 'How long a batch may wait to fill up. Default: 5' },
      },
      additionalProperties: false,
    },
    retry: {
      type: 'object',
      properties: {
        maxAttempts: { type: 'integer', minimum: 1, description: 'Tries of one item. Default: 10' },
        maxAge: { ...duration, description: 'How long a delivery may wait. Default: 3d' },
        initialDelayMs: { type: 'integer', minimum: 1, description: 'Default: 500' },
        maxDelayMs: { type: 'integer', minimum: 1, description: 'Default: 60000' },
      },
      additionalProperties: false,
    },
    rateLimit: {
      type: 'object',
      description: 'How fast deliveries may be started. Absent: as fast as can be',
      properties: {
        perSecond: { type: 'number', exclusiveMinimum: 0, description: 'Deliveries per second' },
        burst: {
          type: 'integer',
          minimum: 1,
          description: 'How many at once after a pause. Default: those of one second',
        },
      },
      required: ['perSecond'],
      additionalProperties: false,
    },
    breaker: {
      type: 'object',
      description: 'When a destination counts as failing as a whole, and is left alone for a while',
      properties: {
        failuresInARow: { type: 'integer', minimum: 0, description: 'Distinct items; 0: never. Default: 5' },
        failureRate: { type: 'number', minimum: 0, maximum: 1, description: '0: never. Default: 0.5' },
        minimumOutcomes: { type: 'integer', minimum: 1, description: 'Fewer tell no rate. Default: 20' },
        window: { ...duration, description: 'What the rate is taken of. Default: 30s' },
      },
      additionalProperties: false,
    },
    coalesce: {
      enum: ['none', 'latest'],
      description: 'latest: a newer version of a profile replaces the one that waits. Default: none',
    },
    maxBytes: { ...bytes, description: 'How much may wait for this destination. Default: 1GiB' },
    whenFull: { enum: ['reject', 'drop-oldest'], description: 'Default: reject' },
    whenDisabled: {
      enum: ['hold', 'drop'],
      description: 'What happens to what waits while the destination is switched off. Default: hold',
    },
  },
  additionalProperties: false,
} as const;

const test = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    given: { type: 'object', description: 'An envelope: event, profile, session, changes, profileBefore' },
    expect: {
      type: 'object',
      properties: {
        selected: { type: 'boolean', description: 'Whether the destination receives it' },
        reason: {
          enum: ['matched', 'disabled', 'resource-disabled', 'kind', 'unchanged', 'event-type', 'source', 'condition'],
          description: 'Why, or why not',
        },
        data: { description: 'The payload: objects may have more keys than expected here, unless it is exact' },
        exact: { type: 'boolean', description: 'true: the payload is expected whole. Default: false' },
      },
      // Else it would pass whatever comes out.
      minProperties: 1,
      dependencies: { exact: ['data'] },
      additionalProperties: false,
    },
  },
  required: ['given', 'expect'],
  additionalProperties: false,
} as const;

const destination = {
  type: 'object',
  properties: {
    id,
    name: { type: 'string' },
    description: { type: 'string' },
    package: { ...name, description: 'The destination type, such as @dest/pulsar' },
    generation: {
      type: 'integer',
      minimum: 1,
      description: 'Count it up where what waits under this id is not for this destination. Default: 1',
    },
    init,
    form: { type: 'object', description: 'Refines the form that is derived from the schema of init' },
    enabled: { type: 'boolean', description: 'Default: true' },
    tags,
    mapping: { description: 'What the payload looks like. Absent: event, profile and session as they are' },
    mappingOptions: {
      type: 'object',
      properties: { missing: { enum: ['null', 'omit', null], description: 'What a missing value becomes' } },
      additionalProperties: false,
    },
    condition: {
      type: 'string',
      description: 'Which envelopes it receives. Absent: all that its trigger lets through',
    },
    onProfileChangeOnly: {
      type: 'boolean',
      description: 'Receive profiles that changed, instead of events. Default: false',
    },
    changedPaths: {
      type: 'array',
      items: name,
      minItems: 1,
      description: 'Only changes of these paths, or below them',
    },
    resource: resourceReference,
    eventType: { ...names, description: 'A type, a list, or patterns such as order-*. Absent: all' },
    source: { ...names, description: 'The id of a source, a list, or patterns. Absent: all' },
    delivery,
    tests: { type: 'array', items: test, description: 'Run by dest validate' },
  },
  required: ['id', 'package'],
  additionalProperties: false,
} as const;

const intake = {
  type: 'object',
  properties: {
    id: { ...id, description: 'Default: the package' },
    type: { const: 'plugin', description: 'What hands in is a plugin' },
    package: { ...name, description: 'The intake type, such as @dest/pulsar#intake' },
    resource: resourceReference,
    init,
    enabled: { type: 'boolean', description: 'false: nothing is taken in by it. Default: true' },
  },
  required: ['type', 'package'],
  additionalProperties: false,
} as const;

/** JSON Schema (draft 7) of a configuration; published as `@dest/host/dest.schema.json` for editors to complete from. */
export const configurationSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Configuration of Dest',
  type: 'object',
  properties: {
    $schema: { type: 'string', description: 'Where an editor finds this schema' },
    version: { const: 1, description: 'Version of this format' },
    plugins: {
      type: 'array',
      items: plugin,
      description: 'Packages, files and folders to load destinations, intakes and outboxes from',
    },
    debug: { type: 'boolean', description: 'true: test credentials instead of production ones. Default: false' },
    outbox: {
      type: 'object',
      description: 'Where deliveries wait. Default: sqlite',
      properties: {
        type: {
          enum: ['sqlite', 'memory', 'plugin'],
          description: 'memory: what waits is gone with the process. plugin: a package provides it',
        },
        path: { ...name, description: 'File of a sqlite outbox. Default: .dest/outbox.db' },
        ballast: {
          anyOf: [{ type: 'integer', minimum: 0 }, bytes.anyOf[1]],
          description:
            'Room that is kept for going on when the disk is full (sqlite): at least 16MiB, or 0 for none. Default: 16MiB',
        },
        dedupeWindow: {
          ...duration,
          description: 'How long an id is remembered, so that a second one is dropped. Default: 24h',
        },
        package: { ...name, description: 'The outbox type (plugin), such as @dest/pulsar#outbox' },
        resource: resourceReference,
        init,
      },
      required: ['type'],
      additionalProperties: false,
    },
    control: {
      type: 'object',
      description: 'How other commands reach a host that runs',
      properties: { path: { ...name, description: 'Its socket. Default: .dest/control.sock' } },
      additionalProperties: false,
    },
    tokens: {
      type: 'object',
      description: 'OAuth 2.0 tokens, which are kept across restarts',
      properties: { path: { ...name, description: 'The folder they are kept in. Default: .dest/tokens' } },
      additionalProperties: false,
    },
    network: {
      type: 'object',
      properties: {
        allow: {
          type: 'array',
          items: name,
          description: 'Private addresses, ranges and hosts that plugins may reach over HTTP all the same',
        },
      },
      additionalProperties: false,
    },
    roots: { type: 'array', items: name, description: 'Further folders in which plugins and written files may lie' },
    shutdownMs: {
      type: 'integer',
      minimum: 0,
      description: 'How long closing waits for calls under way. Default: 10000',
    },
    resources: { type: 'array', items: resource, description: 'Systems on the other side, and how to get in' },
    destinations: { type: 'array', items: destination, description: 'What is delivered where' },
    intakes: { type: 'array', items: intake, description: 'What is taken in while a host runs' },
  },
  required: ['version'],
  additionalProperties: false,
} as const;

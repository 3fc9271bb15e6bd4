import { MANIFEST_VERSION } from './plugin-manifest';

const text = { type: 'string' } as const;
const texts = { type: 'array', items: text } as const;
const flag = { type: 'boolean' } as const;

const field = {
  type: 'object',
  properties: {
    pointer: { ...text, description: 'JSON pointer into the credentials or the init' },
    label: text,
    help: text,
    component: { enum: ['text', 'number', 'switch', 'select', 'list', 'group', 'json'] },
    required: flag,
    secret: { ...flag, description: 'Never to be shown again once it is entered' },
    default: {},
    choices: { type: 'array', items: {}, description: 'Of a select' },
    examples: { type: 'array', items: {} },
    fields: { type: 'array', items: { $ref: '#/definitions/field' }, description: 'Of a group' },
  },
  required: ['pointer', 'label', 'component', 'required', 'secret'],
} as const;

const fields = { type: 'array', items: { $ref: '#/definitions/field' } } as const;

const manifestType = {
  type: 'object',
  properties: {
    kind: { enum: ['destination', 'intake', 'outbox'] },
    package: { ...text, minLength: 1, description: "The package's name, or that and #x" },
    title: text,
    description: text,
    tags: texts,
    missing: { enum: ['null', 'omit'], description: 'What a missing value becomes in mappings' },
    capabilities: {
      type: 'object',
      properties: { batches: flag, orderedBatches: flag, check: flag, forgetProfile: flag },
      required: ['batches', 'orderedBatches', 'check', 'forgetProfile'],
    },
    schemas: {
      type: 'object',
      description: 'JSON Schemas, draft 7',
      properties: { credentials: { type: 'object' }, init: { type: 'object' } },
      required: ['credentials', 'init'],
    },
    forms: {
      type: 'object',
      properties: { credentials: fields, init: fields },
      required: ['credentials', 'init'],
    },
  },
  required: ['kind', 'package', 'title', 'description', 'tags', 'missing', 'capabilities', 'schemas', 'forms'],
} as const;

/**
 * JSON Schema (draft 7) of `dest.manifest.json`; published as `@dest/core/dest.manifest.schema.json`. Further members are
 * allowed, so that a manifest that a newer core wrote can be read.
 */
export const pluginManifestSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Manifest of a plugin of Dest',
  type: 'object',
  properties: {
    manifest: { const: MANIFEST_VERSION, description: 'Version of this format' },
    package: { ...text, minLength: 1 },
    version: { ...text, minLength: 1 },
    description: text,
    api: { type: 'integer', description: 'Version of the plugin contract' },
    requires: { type: 'object', properties: { node: text, core: text } },
    hosts: { ...texts, description: 'Hosts it talks to; absent where it does not say' },
    native: { ...texts, description: 'Packages with native code that it uses' },
    types: { type: 'array', items: manifestType, minItems: 1 },
  },
  required: ['manifest', 'package', 'version', 'description', 'api', 'requires', 'native', 'types'],
  definitions: { field },
} as const;

// Writes the JSON Schemas of dest.yaml and of dest.manifest.json, for editors, from those that are validated by.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { configurationSchema } = require('@dest/host');
const { pluginManifestSchema } = require('@dest/core');

function write(path, schema) {
  const file = new URL(`../packages/${path}`, import.meta.url);
  mkdirSync(new URL('.', file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(schema, null, 2)}\n`);
}

write('host/schema/dest.schema.json', configurationSchema);
write('core/schema/dest.manifest.schema.json', pluginManifestSchema);

// Writes the JSON Schema of dest.yaml, for editors, from the one that the host validates by.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { configurationSchema } = createRequire(import.meta.url)('@dest/host');
const file = new URL('../packages/host/schema/dest.schema.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(configurationSchema, null, 2)}\n`);

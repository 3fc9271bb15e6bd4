import { configurationSchema } from '@dest/host';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

test('the published schema is the one that configurations are validated by', () => {
  const published: unknown = JSON.parse(readFileSync(join(__dirname, '../../schema/dest.schema.json'), 'utf8'));
  expect(published).toEqual(JSON.parse(JSON.stringify(configurationSchema)));
});

import { equal } from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { withSettings } from '@dest/testkit';
import { TemplateDestination } from 'dest-plugin-template';

test('README.md has the settings as the schemas say; npm run readme writes them', async () => {
  const page = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  equal(page, withSettings(page, TemplateDestination));
});

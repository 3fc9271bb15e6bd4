import { DestinationRegistry } from '@dest/core';
import { applicationFolder, pluginCode, pluginPackage, type FileTree } from '../support/application-folder';

/** What another core would put onto a class for a contract that is not there yet. */
const NEXT = `Object.defineProperty(NAME, Symbol.for('@dest/core/registration@2'), { value: { shape: 'unheard of' } });`;

async function titlesOf(files: FileTree): Promise<readonly string[]> {
  const registry = new DestinationRegistry({ from: applicationFolder(files) });
  await registry.load('acme');
  return registry.list().map(({ package: name, title }) => `${name}: ${title}`);
}

describe('a package that follows the next version of the contract too', () => {
  const both = `${pluginCode('acme')} ${NEXT.replace('NAME', 'TestDestination')}`;

  test('works by what its class says for this one', async () => {
    expect(await titlesOf(pluginPackage('acme', both))).toEqual(['acme: Test']);
  });

  test('may have a class that is for the next one alone', async () => {
    const code = `${pluginCode('acme')} class Next {} ${NEXT.replace('NAME', 'Next')}
      module.exports = { TestDestination, Next };`;
    expect(await titlesOf(pluginPackage('acme', code))).toEqual(['acme: Test']);
  });

  test('may say things in package.json, and when it registers, that nobody here has heard of', async () => {
    const code = both.replace("title: 'Test'", "title: 'Test', unheard: () => { throw new Error('asked'); }");
    const manifest = { dest: { api: 1, unheard: { of: true } } };
    expect(await titlesOf(pluginPackage('acme', code, manifest))).toEqual(['acme: Test']);
  });
});

test('a package that follows the next version alone is refused before its code runs', async () => {
  const ran = `globalThis.nextApiRan = true; ${NEXT.replace('NAME', 'class Next {}')}`;
  const files = pluginPackage('acme', ran, { dest: { api: 2 } });
  await expect(titlesOf(files)).rejects.toMatchObject({ code: 'PLUGIN_API_UNSUPPORTED' });
  expect(globalThis).not.toHaveProperty('nextApiRan');
});

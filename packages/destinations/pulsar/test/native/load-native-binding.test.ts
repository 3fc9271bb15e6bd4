import { loadNativeBinding } from '../../src/native/load-native-binding';
import { NativeDouble } from '../support/native-double';

function failing(code: string, message: string): () => Promise<never> {
  return async () => Promise.reject(Object.assign(new Error(message), { code }));
}

it('takes what a CommonJS package exports', async () => {
  const { binding } = new NativeDouble();

  expect(await loadNativeBinding(async () => Promise.resolve({ default: binding }))).toBe(binding);
});

it.each([
  ['ERR_MODULE_NOT_FOUND', "Cannot find package 'pulsar-client' imported from /app/index.js"],
  ['MODULE_NOT_FOUND', "Cannot find module 'pulsar-client'\nRequire stack:\n- /app/index.js"],
])('says what to install where it is not there (%s)', async (code, message) => {
  const loading = loadNativeBinding(failing(code, message));

  await expect(loading).rejects.toMatchObject({ code: 'PULSAR_CLIENT_NOT_INSTALLED' });
  await expect(loading).rejects.toThrow(/npm install pulsar-client.*ws:\/\//);
});

it.each([
  ['MODULE_NOT_FOUND', "Cannot find module '/app/node_modules/pulsar-client/lib/binding/pulsar.node'"],
  ['MODULE_NOT_FOUND', "Cannot find module 'bindings'"],
  ['ERR_DLOPEN_FAILED', 'wrong ELF class'],
])('says what to rebuild where its binary is not there (%s: %s)', async (code, message) => {
  const loading = loadNativeBinding(failing(code, message));

  await expect(loading).rejects.toMatchObject({ code: 'PULSAR_CLIENT_BROKEN' });
  await expect(loading).rejects.toThrow(/npm rebuild pulsar-client --ignore-scripts=false/);
});

it('refuses a package of that name that is something else', async () => {
  await expect(loadNativeBinding(async () => Promise.resolve({ default: {} }))).rejects.toMatchObject({
    code: 'PULSAR_CLIENT_BROKEN',
  });
});

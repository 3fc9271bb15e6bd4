import { DEFAULT_CONTROL_PATH, locateControl } from '@dest/host';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfiguration } from '../../src/configuration/read-configuration';
import { controlAddress } from '../../src/control/control-address';
import { socketFolder } from './support/socket-folder';

describe('locateControl', () => {
  it.each([
    ['version: 1\n', DEFAULT_CONTROL_PATH],
    ['version: 1\ncontrol: { path: run/dest.sock }\n', 'run/dest.sock'],
    ['version: 1\ncontrol: { path: /run/dest.sock }\n', '/run/dest.sock'],
    ['version: 1\ncontrol: { path: "${HERE}/dest.sock" }\n', 'here/dest.sock'],
  ])('finds what a host takes by %j', async (text, expected) => {
    const folder = socketFolder();
    const file = join(folder, 'dest.yaml');
    writeFileSync(file, text);
    const environment = { HERE: 'here' };
    const { configuration } = await readConfiguration({ config: file, environment });
    const path = await locateControl(file, environment);
    expect(path).toBe(expected.startsWith('/') ? expected : join(folder, expected));
    expect(path).toBe(configuration?.control.path);
  });

  it.each([
    ['is wrong elsewhere', 'control: { path: mine.sock }\ndestinatons: 5\n', 'mine.sock'],
    ['needs variables that are not set here', 'control: { path: mine.sock }\ndebug: ${NOWHERE}\n', 'mine.sock'],
    ['can’t be read at all', 'control: { path: [\n', DEFAULT_CONTROL_PATH],
    ['has no text there', 'control: { path: 5 }\n', DEFAULT_CONTROL_PATH],
    ['is no YAML below', 'control: { path: mine.sock }\ndestinations: [\n', 'mine.sock'],
    ['is no YAML above', 'name: a: b\n\ncontrol:\n  # here\n\n  path: mine.sock\ndebug: true\n', 'mine.sock'],
    ['has a quote without an end above', 'name: "abc\ncontrol: { path: mine.sock }\n', 'mine.sock'],
    ['has a key twice', 'control: { path: mine.sock }\ndebug: true\ndebug: true\n', 'mine.sock'],
    ['is no YAML, and has a variable there', 'control: { path: "${HERE}.sock" }\ndebug: [\n', 'mine.sock'],
    ['is half a JSON', '{ "control": { "path": "mine.sock" }, "debug": ', 'mine.sock'],
    ['has it somewhere else only', 'name: a: b\nother:\n  control: { path: no.sock }\n', DEFAULT_CONTROL_PATH],
    ['is empty', '', DEFAULT_CONTROL_PATH],
  ])('says what it can where the file %s', async (_what, text, expected) => {
    const folder = socketFolder();
    writeFileSync(join(folder, 'dest.yaml'), text);
    expect(await locateControl(join(folder, 'dest.yaml'), { HERE: 'mine' })).toBe(join(folder, expected));
  });

  it('names the default where there is no file', async () => {
    const folder = socketFolder();
    expect(await locateControl(join(folder, 'dest.yaml'), {})).toBe(join(folder, DEFAULT_CONTROL_PATH));
  });
});

describe('controlAddress', () => {
  it('is a pipe on Windows, another one for another path', () => {
    const one = controlAddress('/a/control.sock', 'win32');
    expect(one.address).toMatch(/^\\\\\.\\pipe\\dest-[0-9a-f]{16}$/);
    expect(one.folder).toBeUndefined();
    expect(controlAddress('/b/control.sock', 'win32').address).not.toBe(one.address);
  });
});

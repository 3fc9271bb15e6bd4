import { PassThrough } from 'node:stream';
import { Console } from '../../src/output/console';
import { loggerFor } from '../../src/output/logger';

function logged(fields: Readonly<Record<string, unknown>>): string {
  const stderr = new PassThrough();
  const console = new Console({ stdin: new PassThrough(), stdout: new PassThrough(), stderr }, {});
  console.redactWith((text) => text.replaceAll('secret', '•••'));
  loggerFor(console, true).info('it happened', fields);
  return String(stderr.read());
}

describe('loggerFor', () => {
  it('logs fields as JSON, without secrets', () => {
    expect(logged({ a: 1, b: ['secret'] })).toBe('info  it happened {"a":1,"b":["•••"]}\n');
  });

  it('logs what is no JSON all the same', () => {
    const cyclic: Record<string, unknown> = { big: 5n, text: 'secret' };
    cyclic['self'] = cyclic;
    const text = logged(cyclic);
    expect(text).toContain('info  it happened');
    expect(text).toContain('big: 5n');
    expect(text).not.toContain('secret');
  });
});

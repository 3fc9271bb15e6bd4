import { parseAllowList } from '../../src/http/allow-list';
import { parseIpAddress, type IpAddress } from '../../src/http/ip-address';

function address(text: string): IpAddress {
  const parsed = parseIpAddress(text);
  if (parsed === undefined) throw new Error(`${text} is no address`);
  return parsed;
}

function permits(entry: string, host: string, port: number, to: string): boolean {
  return parseAllowList([entry]).permits(host, port, address(to));
}

describe('parseAllowList', () => {
  it.each([
    ['10.0.0.1', 'db.internal', 80, '10.0.0.1', true],
    ['10.0.0.1', 'db.internal', 80, '10.0.0.2', false],
    ['10.0.0.1', 'db.internal', 80, '::ffff:10.0.0.1', true],
    ['::ffff:10.0.0.1', 'db.internal', 80, '10.0.0.1', true],
    ['10.0.0.1', 'db.internal', 80, '64:ff9b::a00:1', true],
    ['10.0.0.0/8', 'db.internal', 80, '10.200.1.1', true],
    ['10.0.0.0/8', 'db.internal', 80, '11.0.0.1', false],
    ['::ffff:10.0.0.0/104', 'db.internal', 80, '10.200.1.1', true],
    ['::ffff:10.0.0.0/104', 'db.internal', 80, '11.0.0.1', false],
    ['0.0.0.0/0', 'db.internal', 80, '127.0.0.1', true],
    ['0.0.0.0/0', 'db.internal', 80, '::1', false],
    ['::/0', 'db.internal', 80, 'fd12::1', true],
    ['::/0', 'db.internal', 80, '10.0.0.1', false],
    ['fd00::/8', 'db.internal', 80, 'fd12::1', true],
    ['fe80::1%eth0', 'db.internal', 80, 'fe80::1%eth1', true],
    ['[::1]', 'localhost', 80, '::1', true],
    ['[::1]:8080', 'localhost', 8080, '::1', true],
    ['[::1]:8080', 'localhost', 8081, '::1', false],
    ['127.0.0.1:80', 'localhost', 80, '127.0.0.1', true],
    ['DB.Internal', 'db.internal', 80, '10.0.0.1', true],
    ['db.internal', 'db.internal.', 80, '10.0.0.1', true],
    ['db.internal', 'x.db.internal', 80, '10.0.0.1', false],
    ['bücher.internal', 'xn--bcher-kva.internal', 80, '10.0.0.1', true],
    ['my_service:81', 'my_service', 81, '10.0.0.1', true],
    ['my_service:81', 'my_service', 82, '10.0.0.1', false],
    ['*', 'anything', 1, '169.254.169.254', true],
  ])('%s: %s at port %i to %s is %s', (entry, host, port, to, expected) => {
    expect(permits(entry, host, port, to)).toBe(expected);
  });

  it('permits nothing without entries', () => {
    expect(parseAllowList([]).permits('localhost', 80, address('127.0.0.1'))).toBe(false);
  });

  it.each([
    '',
    ' ',
    'http://localhost',
    '10.0.0',
    '10.0.0.256',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8:80',
    'fd00::/129',
    '::ffff:10.0.0.0/8',
    'localhost:0',
    'localhost:65536',
    'localhost:',
    '*.internal',
    'a b',
    '-a',
  ])('refuses %j, naming the entry', (entry) => {
    expect(() => parseAllowList(['10.0.0.1', entry])).toThrow(
      expect.objectContaining({
        code: 'NETWORK_POLICY_INVALID',
        message: expect.stringContaining(`network.allow[1]`) as string,
      }),
    );
  });

  it('refuses what is no text', () => {
    expect(() => parseAllowList([5 as never])).toThrow(/is 5\./);
  });
});

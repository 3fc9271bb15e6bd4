/** One broker or proxy of an address. */
export interface NativeAddress {
  readonly host: string;
  readonly port: number;
}

const PORT = 6650;
const TLS_PORT = 6651;

/** The brokers that an address such as `pulsar://one:6650,two:6650` names. */
export function nativeAddresses(host: string): readonly NativeAddress[] {
  const [scheme = '', rest = ''] = host.split('://');
  const [list = ''] = rest.split('/');
  return list.split(',').map((place) => {
    const [, name = place, port] = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(place) ?? [];
    return {
      host: name.replace(/^\[|\]$/g, ''),
      port: port === undefined ? (scheme === 'pulsar' ? PORT : TLS_PORT) : Number(port),
    };
  });
}

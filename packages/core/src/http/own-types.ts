import type * as Undici from 'undici';
import type { Http } from '../ports/http';

type Input = Parameters<Http>[0];
type Init = Parameters<Http>[1];

/** The platform's Request as undici's own, since undici takes another's for a URL. */
export function ownInput(undici: typeof Undici, input: Input): Undici.RequestInfo {
  if (typeof input === 'string' || input instanceof URL || input instanceof undici.Request) return input;
  const { url, method, headers, body, redirect, signal } = input;
  const stream = body === null ? {} : { body: body as unknown as Undici.BodyInit, duplex: 'half' as const };
  return new undici.Request(url, { method, headers: [...headers], redirect, signal, ...stream });
}

/** The platform's FormData in an init as undici's own, since undici takes another's for text. */
export function ownInit(undici: typeof Undici, init: Init): Undici.RequestInit {
  const body: unknown = init?.body;
  if (!(body instanceof FormData)) return { ...init } as unknown as Undici.RequestInit;
  const own = new undici.FormData();
  for (const [name, value] of body) {
    if (typeof value === 'string') own.append(name, value);
    else own.append(name, value, value.name);
  }
  return { ...init, body: own } as unknown as Undici.RequestInit;
}

import type { Destination } from '../model/destination';
import type { IntakeSettings } from '../model/intake-settings';
import type { OutboxSettings } from '../model/outbox-settings';
import type { Resource } from '../model/resource';
import type { Clock } from '../ports/clock';
import type { Connections } from '../ports/connections';
import type { Files } from '../ports/files';
import type { Http } from '../ports/http';
import type { Logger } from '../ports/logger';
import type { Metrics } from '../ports/metrics';
import type { OAuth2 } from '../ports/oauth2';

declare const provides: unique symbol;

/** What a host provides under a name. The type parameter is what a constructor receives. */
export type Token<Value> = symbol & { readonly [provides]?: Value };

/** `Symbol.for`, so that a plugin with its own copy of core asks for the same thing. */
function token<Value>(name: string): Token<Value> {
  return Symbol.for(`@dest/core/${name}@1`);
}

export const DEBUG = token<boolean>('debug');
export const RESOURCE = token<Resource>('resource');
export const DESTINATION = token<Destination>('destination');
export const INTAKE = token<IntakeSettings>('intake');
export const OUTBOX = token<OutboxSettings>('outbox');
export const LOGGER = token<Logger>('logger');
export const METRICS = token<Metrics>('metrics');
export const CLOCK = token<Clock>('clock');
/** A fetch that follows the host's network policy. */
export const HTTP = token<Http>('http');
/** Connections shared among the instances of one plugin. */
export const CONNECTIONS = token<Connections>('connections');
/** Access tokens, by the OAuth 2.0 settings in the instance's credentials. */
export const OAUTH2 = token<OAuth2>('oauth2');
/** The host's policy on files. */
export const FILES = token<Files>('files');

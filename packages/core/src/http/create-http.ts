import type * as Undici from 'undici';
import { ConfigurationError } from '../errors/configuration-error';
import { ERROR_MARKER } from '../errors/dest-error';
import { TransientError } from '../errors/transient-error';
import type { Http, HttpAnswer, HttpExchange, HttpRequest } from '../ports/http';
import type { AnswerHandler } from './answer-handler';
import { guardedAgent } from './guarded-agent';
import { NetworkGuard, type ResolveAll } from './network-guard';
import type { NetworkPolicy } from './network-policy';
import { ownInit, ownInput } from './own-types';
import { sendRequest } from './send-request';

export interface HttpOptions {
  /** How names are resolved. Default: as the operating system does. */
  readonly resolve?: ResolveAll;
}

/** A fetch under a network policy, with connections that are kept and re-used. */
export type PolicedHttp = Http & {
  send(request: HttpRequest): HttpExchange;
  /** Closes every connection; what is under way fails. Later calls fail. Safe twice. */
  close(): Promise<void>;
};

/**
 * Makes a `fetch` by the Fetch standard that checks each address when it connects, for redirects too. It goes to http: and
 * https: only, follows no proxy variables, and fails with our own error, not one wrapped into `fetch failed`, where the
 * policy refuses: ConfigurationError `NETWORK_ADDRESS_BLOCKED` or `NETWORK_SCHEME_REFUSED`. After `close` it fails with
 * TransientError `HTTP_CLOSED`. Any other failure is the standard's `TypeError` with a cause; of `send` it is the client's own.
 *
 * @throws ConfigurationError `NETWORK_POLICY_INVALID`
 */
export function createHttp(policy: NetworkPolicy = {}, options: HttpOptions = {}): PolicedHttp {
  const guard = new NetworkGuard(policy, options.resolve);
  let loading: Promise<{ undici: typeof Undici; agent: Undici.Agent }> | undefined;
  let ready: { undici: typeof Undici; agent: Undici.Agent } | undefined;
  let closed = false;

  const load = async (): Promise<{ undici: typeof Undici; agent: Undici.Agent }> => {
    const undici = await import('undici');
    ready = { undici, agent: guardedAgent(undici, guard) };
    return ready;
  };

  const http: Http = async (input, init) => {
    refuseOtherSchemes(input);
    const { undici, agent } = await (loading ??= load());
    if (closed) throw closedError();
    try {
      const response = await undici.fetch(ownInput(undici, input), { ...ownInit(undici, init), dispatcher: agent });
      return response;
    } catch (error) {
      throw closed ? closedError(error) : (markedCause(error) ?? error);
    }
  };

  const send = (request: HttpRequest): HttpExchange => {
    let handler: AnswerHandler | undefined;
    let givenUp: Error | undefined;
    const answer = new Promise<HttpAnswer>((resolve, reject) => {
      const fail = (error: Error): void => reject(closed ? closedError(error) : error);
      const begin = (agent: Undici.Agent): void => {
        if (closed) return reject(closedError());
        if (givenUp !== undefined) return reject(givenUp);
        handler = sendRequest(agent, request, resolve, fail);
      };
      refuseScheme(request.url.protocol);
      if (ready !== undefined) begin(ready.agent);
      else (loading ??= load()).then(({ agent }) => begin(agent)).catch(fail);
    });
    const giveUp = (reason: Error): void => {
      givenUp = reason;
      handler?.giveUp(reason);
    };
    return { answer, giveUp };
  };

  const close = async (): Promise<void> => {
    closed = true;
    const { agent } = (await loading) ?? {};
    if (agent !== undefined && !agent.destroyed) await agent.destroy();
  };
  return Object.assign(http, { send, close });
}

function refuseOtherSchemes(input: Parameters<Http>[0]): void {
  const text = typeof input === 'object' && 'url' in input ? input.url : String(input);
  // What isn't a URL at all is refused by fetch itself.
  refuseScheme(URL.canParse(text) ? new URL(text).protocol : 'http:');
}

function refuseScheme(protocol: string): void {
  if (protocol === 'http:' || protocol === 'https:') return;
  throw new ConfigurationError(`The URL's scheme should be http: or https:, is ${protocol}`, {
    code: 'NETWORK_SCHEME_REFUSED',
  });
}

/** Our own error, where fetch has wrapped one into a TypeError. */
function markedCause(error: unknown): unknown {
  for (let cause = error, depth = 0; typeof cause === 'object' && cause !== null && depth < 5; depth++) {
    if (ERROR_MARKER in cause) return cause;
    cause = (cause as { cause?: unknown }).cause;
  }
  return undefined;
}

function closedError(cause?: unknown): TransientError {
  return new TransientError('This HTTP client is closed: its host is shutting down.', {
    code: 'HTTP_CLOSED',
    scope: 'destination',
    cause,
  });
}

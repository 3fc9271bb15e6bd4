import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What an issuer answers instead of a token. */
export interface IssuerRefusal {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface IssuerBehaviour {
  /** Seconds; undefined where the issuer does not say. Default: 3600. */
  readonly expiresIn?: number | undefined;
  /** The token that is given. Default: `token-1`, `token-2` and so on. */
  readonly token?: (asked: number) => string;
  /** Answers a request for a token instead of giving one. `asked` counts from 1. */
  readonly refuse?: (asked: number) => IssuerRefusal | undefined | Promise<IssuerRefusal | undefined>;
  /** Default: its own `/token`. */
  readonly tokenEndpoint?: string;
  /** The only client that gets in. Default: all do. */
  readonly client?: { readonly id: string; readonly secret: string };
  /** Whether a refresh token is good once, and another comes with each access token. Default: true. */
  readonly rotates?: boolean;
}

/** A real HTTP server on loopback that plays an issuer of OAuth 2.0 tokens, by client credentials and refresh tokens. */
export class FakeIssuer {
  behaviour: IssuerBehaviour;
  /** The forms that asked for tokens. */
  readonly asked: URLSearchParams[] = [];
  /** Method and path of every request. */
  readonly paths: string[] = [];
  readonly #refreshTokens = new Set<string>();
  readonly #server: Server;
  #port = 0;
  #granted = 0;

  private constructor(behaviour: IssuerBehaviour) {
    this.behaviour = behaviour;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(behaviour: IssuerBehaviour = {}): Promise<FakeIssuer> {
    const issuer = new FakeIssuer(behaviour);
    await new Promise<void>((resolve) => issuer.#server.listen(0, '127.0.0.1', resolve));
    issuer.#port = (issuer.#server.address() as AddressInfo).port;
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** A refresh token that it takes: `refresh-1`, `refresh-2` and so on. */
  grant(): string {
    this.#granted++;
    const token = `refresh-${this.#granted}`;
    this.#refreshTokens.add(token);
    return token;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const part of request) body += String(part);
    this.paths.push(`${request.method ?? ''} ${request.url ?? ''}`);
    const json = (status: number, value: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    if (request.url === '/.well-known/openid-configuration') {
      json(200, { issuer: this.url, token_endpoint: this.behaviour.tokenEndpoint ?? `${this.url}/token` });
      return;
    }
    const form = new URLSearchParams(body);
    const asked = this.asked.push(form);
    const refusal = await this.behaviour.refuse?.(asked);
    if (refusal !== undefined) {
      response.writeHead(refusal.status, refusal.headers).end(refusal.body ?? '');
      return;
    }
    if (!this.#knows(request, form)) return json(401, { error: 'invalid_client' });
    const used = form.get('refresh_token');
    if (used !== null && !this.#refreshTokens.has(used)) return json(400, { error: 'invalid_grant' });
    const { rotates = true } = this.behaviour;
    const { expiresIn } = 'expiresIn' in this.behaviour ? this.behaviour : { expiresIn: 3600 };
    if (used !== null && rotates) this.#refreshTokens.delete(used);
    json(200, {
      access_token: this.behaviour.token?.(asked) ?? `token-${asked}`,
      token_type: 'Bearer',
      ...(expiresIn === undefined ? {} : { expires_in: expiresIn }),
      ...(used === null || !rotates ? {} : { refresh_token: this.grant() }),
    });
  }

  #knows(request: IncomingMessage, form: URLSearchParams): boolean {
    const { client } = this.behaviour;
    if (client === undefined) return true;
    const encoded = /^Basic (.*)$/.exec(request.headers.authorization ?? '')?.[1];
    const given =
      encoded === undefined
        ? [form.get('client_id'), form.get('client_secret')]
        : Buffer.from(encoded, 'base64').toString().split(':').map(decodeURIComponent);
    return given[0] === client.id && given[1] === client.secret;
  }
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface IssuerBehaviour {
  /** Seconds; undefined where the issuer does not say. Default: 3600. */
  readonly expiresIn?: number | undefined;
  /** The token that is given. Default: `token-1`, `token-2` and so on. */
  readonly token?: (asked: number) => string;
  /** Answers a request for a token instead of giving one. `asked` counts from 1. */
  refuse?: (asked: number) => { status: number; body?: string; headers?: Record<string, string> } | undefined;
  /** Default: its own `/token`. */
  readonly tokenEndpoint?: string;
}

/** A real HTTP server on loopback that plays an issuer of OAuth 2.0 tokens. */
export class FakeIssuer {
  behaviour: IssuerBehaviour;
  /** The forms that asked for tokens. */
  readonly asked: URLSearchParams[] = [];
  readonly paths: string[] = [];
  readonly #server: Server;

  private constructor(behaviour: IssuerBehaviour) {
    this.behaviour = behaviour;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(behaviour: IssuerBehaviour = {}): Promise<FakeIssuer> {
    const issuer = new FakeIssuer(behaviour);
    await new Promise<void>((resolve) => issuer.#server.listen(0, '127.0.0.1', resolve));
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
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
    this.asked.push(new URLSearchParams(body));
    const refusal = this.behaviour.refuse?.(this.asked.length);
    if (refusal !== undefined) {
      response.writeHead(refusal.status, refusal.headers).end(refusal.body ?? '');
      return;
    }
    const { expiresIn } = 'expiresIn' in this.behaviour ? this.behaviour : { expiresIn: 3600 };
    json(200, {
      access_token: this.behaviour.token?.(this.asked.length) ?? `token-${this.asked.length}`,
      token_type: 'Bearer',
      ...(expiresIn === undefined ? {} : { expires_in: expiresIn }),
    });
  }
}

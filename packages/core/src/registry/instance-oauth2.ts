import { ConfigurationError } from '../errors/configuration-error';
import type { Resource } from '../model/resource';
import type { OAuth2, OAuth2Provider, OAuth2Settings } from '../ports/oauth2';
import { OAUTH2_MARK } from '../schema/oauth2-mark';
import { SchemaWalk, type SchemaNode } from '../schema/schema-walk';

/**
 * What `OAUTH2` is for one instance: its tokens, by the settings that are in its credentials where the schema marks them.
 * Where there are none, or nobody provides tokens, whoever asks for one is told so.
 */
export function instanceOAuth2(
  provider: OAuth2Provider | undefined,
  schema: object,
  resource: Resource,
  debug: boolean,
): OAuth2 {
  const settings = findSettings(schema, resource.credentials[debug ? 'test' : 'production']);
  if (settings === undefined) {
    return refusing(
      'OAUTH2_NOT_CONFIGURED',
      `A token was asked for, and the credentials of the resource ${resource.id} hold no OAuth 2.0 settings. Add them there; ` +
        'a plugin asks for them by oauth2() in its credentials schema, and for tokens only where they are there.',
    );
  }
  if (provider === undefined) {
    return refusing(
      'OAUTH2_NOT_PROVIDED',
      `A token was asked for with the OAuth 2.0 settings of the resource ${resource.id}, and nobody fetches tokens here. Run it in a host ` +
        '(startHost), or make the registry with the option oauth2; in tests, with hostBindings() of @dest/testkit.',
    );
  }
  return provider.tokensFor({ resource: resource.id, debug, settings });
}

function findSettings(schema: object, credentials: unknown): OAuth2Settings | undefined {
  const walk = new SchemaWalk(schema);
  const find = (nodes: readonly SchemaNode[], value: unknown): OAuth2Settings | undefined => {
    if (typeof value !== 'object' || value === null) return undefined;
    if (nodes.some((node) => node[OAUTH2_MARK] === true)) return value as OAuth2Settings;
    for (const [key, member] of Object.entries(value)) {
      const found = find(walk.member(nodes, key), member);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return find(walk.at(schema), credentials);
}

function refusing(code: string, message: string): OAuth2 {
  return { get: () => Promise.reject(new ConfigurationError(message, { code })), refused: () => false };
}

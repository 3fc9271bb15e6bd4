import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';

/** A registry on loopback that has some packed versions of one package. */
export interface Registry {
  readonly url: string;
  close(): Promise<void>;
}

/** @param versions - the file of each version; the last is the latest */
export async function startRegistry(name: string, versions: Readonly<Record<string, string>>): Promise<Registry> {
  const files = new Map(Object.values(versions).map((file) => [`/${basename(file)}`, readFileSync(file)]));
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const file = files.get(path);
    if (file !== undefined) return response.end(file);
    if (path !== `/${name}`) return response.writeHead(404).end('{}');
    response.setHeader('content-type', 'application/json');
    return response.end(JSON.stringify(documentOf()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const documentOf = (): object => ({
    name,
    'dist-tags': { latest: Object.keys(versions).at(-1) },
    versions: Object.fromEntries(
      Object.entries(versions).map(([version, file]) => {
        const integrity = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
        const dist = { tarball: `${url}/${basename(file)}`, integrity };
        return [version, { name, version, dist, hasInstallScript: true }];
      }),
    ),
  });
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

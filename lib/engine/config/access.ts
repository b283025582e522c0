import { readFileSync } from 'node:fs';
import path from 'node:path';

import { z } from 'zod';

import { OPEN_ACCESS } from '#lib/model/access.ts';
import type { Access, TlsAccess, TlsVersion } from '#lib/model/access.ts';

const text = z.string().min(1);
const VERSIONS: Readonly<Record<string, TlsVersion>> = {
  TLS10: 'TLSv1',
  TLS11: 'TLSv1.1',
  TLS12: 'TLSv1.2',
  TLS13: 'TLSv1.3',
};
const version = z.enum(Object.keys(VERSIONS)).transform((name) => VERSIONS[name] ?? null);

/** How a job's or cluster's servers are spoken to; the keys are those of a scrape job (Prometheus documentation, "Configuration"). */
export const accessKeys = {
  basic_auth: z
    .strictObject({
      username: text.optional(),
      username_file: text.optional(),
      password: text.optional(),
      password_file: text.optional(),
    })
    .optional(),
  authorization: z
    .strictObject({
      type: text.default('Bearer'),
      credentials: text.optional(),
      credentials_file: text.optional(),
    })
    .optional(),
  tls_config: z
    .strictObject({
      ca: text.optional(),
      ca_file: text.optional(),
      cert: text.optional(),
      cert_file: text.optional(),
      key: text.optional(),
      key_file: text.optional(),
      server_name: text.optional(),
      insecure_skip_verify: z.boolean().default(false),
      min_version: version.optional(),
      max_version: version.optional(),
    })
    .optional(),
};

const keys = z.object(accessKeys);
type AccessKeys = z.infer<typeof keys>;

/** Reads credentials and keeps count of the files they come from. */
export interface AccessReader {
  /**
   * @param at the place of the job or cluster in the configuration
   * @returns the access; a file that cannot be read is a problem at its key
   */
  read(from: AccessKeys, at: readonly PropertyKey[]): Access;
  readonly files: readonly string[];
}

/**
 * @param file the configuration's own; files are named relative to its folder
 * @param tell one problem: where and what
 */
export const createAccessReader = (
  file: string | null,
  tell: (at: readonly PropertyKey[], message: string) => void,
): AccessReader => {
  const folder = file === null ? process.cwd() : path.dirname(path.resolve(file));
  const files: string[] = [];
  /** A value that stands in the configuration or in a file of its own. */
  const valueOf = (
    block: Readonly<Record<string, unknown>>,
    key: string,
    at: readonly PropertyKey[],
  ): string | null => {
    const inline = block[key];
    const named = block[`${key}_file`];
    if (typeof named !== 'string') return typeof inline === 'string' ? inline : null;
    if (inline !== undefined) tell([...at, key], `give ${key} or ${key}_file, not both`);
    const full = path.resolve(folder, named);
    files.push(full);
    try {
      return readFileSync(full, 'utf8');
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      tell([...at, `${key}_file`], `${key}_file cannot be read: ${reason}`);
      return null;
    }
  };

  const authorizationOf = (from: AccessKeys, at: readonly PropertyKey[]): string | null => {
    if (from.basic_auth !== undefined && from.authorization !== undefined)
      tell([...at, 'authorization'], 'give basic_auth or authorization, not both');
    if (from.basic_auth !== undefined) {
      const place = [...at, 'basic_auth'];
      const user = valueOf(from.basic_auth, 'username', place)?.trim() ?? '';
      const password = valueOf(from.basic_auth, 'password', place)?.trim() ?? '';
      return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    }
    if (from.authorization === undefined) return null;
    const credentials = valueOf(from.authorization, 'credentials', [...at, 'authorization']);
    return `${from.authorization.type} ${credentials?.trim() ?? ''}`.trim();
  };

  const tlsOf = (from: AccessKeys, at: readonly PropertyKey[]): TlsAccess | null => {
    const { tls_config: tls } = from;
    if (tls === undefined) return null;
    const place = [...at, 'tls_config'];
    const cert = valueOf(tls, 'cert', place);
    const key = valueOf(tls, 'key', place);
    const named = (name: 'cert' | 'key'): boolean =>
      tls[name] !== undefined || tls[`${name}_file`] !== undefined;
    if (named('cert') !== named('key')) tell(place, 'a client certificate needs both cert_file and key_file');
    return {
      ca: valueOf(tls, 'ca', place),
      cert,
      key,
      serverName: tls.server_name ?? null,
      insecure: tls.insecure_skip_verify,
      minVersion: tls.min_version ?? null,
      maxVersion: tls.max_version ?? null,
    };
  };

  return {
    files,
    read: (from, at) =>
      from.basic_auth === undefined && from.authorization === undefined && from.tls_config === undefined
        ? OPEN_ACCESS
        : { authorization: authorizationOf(from, at), tls: tlsOf(from, at) },
  };
};

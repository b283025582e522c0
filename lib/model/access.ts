/** How a server is spoken to where it asks who we are: the texts themselves, no file names. */
export interface Access {
  /** The value of the Authorization header. */
  readonly authorization: string | null;
  readonly tls: TlsAccess | null;
}

/** PEM texts and what else `tls_config` says (Prometheus documentation, "Configuration"). */
export interface TlsAccess {
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
  readonly serverName: string | null;
  readonly insecure: boolean;
  readonly minVersion: TlsVersion | null;
  readonly maxVersion: TlsVersion | null;
}

export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

export const OPEN_ACCESS: Access = { authorization: null, tls: null };

/** The same in the terms of Node's `tls.connect`. */
export const tlsOptions = ({ tls }: Access) =>
  tls === null
    ? {}
    : {
        ...(tls.ca === null ? {} : { ca: tls.ca }),
        ...(tls.cert === null ? {} : { cert: tls.cert }),
        ...(tls.key === null ? {} : { key: tls.key }),
        ...(tls.serverName === null ? {} : { servername: tls.serverName }),
        ...(tls.minVersion === null ? {} : { minVersion: tls.minVersion }),
        ...(tls.maxVersion === null ? {} : { maxVersion: tls.maxVersion }),
        rejectUnauthorized: !tls.insecure,
      };

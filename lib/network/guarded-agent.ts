import { lookup } from 'node:dns';
import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';

import ipaddr from 'ipaddr.js';
import { Agent, buildConnector } from 'undici';

/** The instance metadata services of the large clouds that are not link-local. */
const METADATA = new Set(['fd00:ec2::254', '100.100.100.200', '168.63.129.16']);

/**
 * Whether nobody may send us there from a form: link-local, metadata, multicast, broadcast and unspecified addresses.
 * Private ranges are what a monitor watches and stay allowed. Addresses in IPv6 clothes are unwrapped first.
 */
const isForbiddenAddress = (ip: string): boolean => {
  if (!ipaddr.isValid(ip)) return true;
  const address = ipaddr.process(ip);
  return (
    METADATA.has(address.toString()) ||
    ['linkLocal', 'multicast', 'broadcast', 'unspecified'].includes(address.range())
  );
};

/** Whether a URL names an address that nobody may send us to; a name is resolved, and checked, only when it is asked. */
export const isForbiddenHost = (hostname: string): boolean => {
  const host = hostname.replace(/^\[|\]$/g, '');
  return isIP(host) !== 0 && isForbiddenAddress(host);
};

const refused = (host: string, address: string): Error =>
  Object.assign(new Error(`${host} is ${address}: link-local and metadata addresses are not asked`), {
    code: 'ADDRESS_REFUSED',
  });

/** Resolves a name and refuses it when any of its addresses is forbidden; the addresses checked are the ones connected to. */
const checkedLookup = (
  host: string,
  options: object,
  done: (error: Error | null, addresses: LookupAddress[]) => void,
): void => {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    if (error !== null) {
      done(error, []);
      return;
    }
    const bad = addresses.find(({ address }) => isForbiddenAddress(address));
    if (bad === undefined) done(null, addresses);
    else done(refused(host, bad.address), []);
  });
};

/** An agent for addresses that somebody typed. Literals never reach a look-up, so they are checked apart. */
export const createGuardedAgent = (options: Omit<Agent.Options, 'connect'> = {}): Agent => {
  const base = buildConnector({ lookup: checkedLookup, timeout: 3000 });
  return new Agent({
    ...options,
    connect: (to, done) => {
      const host = to.hostname.replace(/^\[|\]$/g, '');
      if (isForbiddenHost(host)) done(refused(host, host), null);
      else base(to, done);
    },
  });
};

import type { MemberSeen } from '#lib/model/reading.ts';

const UNSPECIFIC = /^(0\.0\.0\.0|\[::\]|127\.[\d.]+|localhost|\[::1\])$/;

/** Those that can be asked over a network: a `unix:` address or one without a host cannot. */
const urlsIn = (texts: readonly string[]): URL[] =>
  texts
    .flatMap((text) => URL.parse(text) ?? [])
    .filter(({ protocol, hostname }) => /^https?:$/.test(protocol) && hostname !== '');

/** Whether a `host:port` means this machine, or any. */
export const isLocal = (address: string): boolean =>
  UNSPECIFIC.test(URL.parse(`http://${address}`)?.hostname ?? '');

/** The host at which other members reach a member; null: it does not say. */
export const peerHost = (member: MemberSeen): string | null => urlsIn(member.peerUrls)[0]?.hostname ?? null;

/**
 * `host:port` at which a member serves clients by what it advertises; null: it advertises nothing yet. Of several addresses the
 * first by our scheme that means one machine. One that advertises every address or a loopback one is looked for at the host
 * of its peer address, unless it is on our machine.
 */
export const clientAddress = (member: MemberSeen, scheme: string, isOnOurMachine: boolean): string | null => {
  const urls = urlsIn(member.urls);
  const ours = urls.filter(({ protocol }) => protocol === `${scheme}:`);
  const offered = ours.length > 0 ? ours : urls;
  const isSpecific = ({ hostname }: URL): boolean => !UNSPECIFIC.test(hostname);
  const url = (isOnOurMachine ? undefined : offered.find(isSpecific)) ?? offered[0];
  if (url === undefined) return null;
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const host = isOnOurMachine || isSpecific(url) ? url.hostname : (peerHost(member) ?? url.hostname);
  return `${host}:${port}`;
};

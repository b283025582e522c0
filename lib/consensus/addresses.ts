import type { MemberSeen } from '#lib/model/reading.ts';

const UNSPECIFIC = /^(0\.0\.0\.0|\[::\]|127\.[\d.]+|localhost|\[::1\])$/;

const urlsIn = (texts: readonly string[]): URL[] => texts.flatMap((text) => URL.parse(text) ?? []);

/** Whether a `host:port` means this machine, or any. */
export const isLocal = (address: string): boolean =>
  UNSPECIFIC.test(URL.parse(`http://${address}`)?.hostname ?? '');

/**
 * `host:port` at which a member serves clients by what it advertises; null: it advertises nothing yet. One that advertises
 * every address or a loopback one is looked for at the host of its peer address, unless it is on our machine.
 */
export const clientAddress = (member: MemberSeen, scheme: string, isOnOurMachine: boolean): string | null => {
  const urls = urlsIn(member.urls);
  const url = urls.find(({ protocol }) => protocol === `${scheme}:`) ?? urls[0];
  if (url === undefined) return null;
  const [peer] = urlsIn(member.peerUrls);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const host =
    !isOnOurMachine && UNSPECIFIC.test(url.hostname) && peer !== undefined ? peer.hostname : url.hostname;
  return `${host}:${port}`;
};

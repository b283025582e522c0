import type { NodeId } from '#lib/model/node.ts';
import { toNodeId } from '#lib/model/node.ts';
import type { MemberSeen } from '#lib/model/reading.ts';

export interface KnownMember {
  readonly node: NodeId;
  /** `host:port`; null: not known. */
  readonly address: string | null;
  /** What else it is called, as far as it is known beforehand. */
  readonly names: readonly string[];
}

/** Who is meant: members name each other by the system's own ids, we by nodes. */
export interface Aliases {
  /** A node said under which ids it goes. */
  learn(node: NodeId, ids: readonly string[]): void;
  /** A member list: joins ids with nodes by id, name or address. */
  meet(members: readonly MemberSeen[]): void;
  /** The node that a name or id means; the id itself when nobody is known by it. */
  resolve(id: string): NodeId;
  of(node: NodeId): readonly string[];
}

const addressOf = (url: string): string | null => URL.parse(url)?.host ?? null;

export const createAliases = (known: readonly KnownMember[]): Aliases => {
  const nodes = new Map<string, NodeId>();
  const names = new Map<NodeId, Set<string>>();
  const join = (node: NodeId, id: string): void => {
    if (id === node) return;
    names.get(nodes.get(id) ?? '')?.delete(id);
    nodes.set(id, node);
    names.set(node, (names.get(node) ?? new Set()).add(id));
  };
  const self = new Set(known.map((member) => member.node));
  for (const member of known) for (const name of member.names) join(member.node, name);

  const nodeOf = (member: MemberSeen): NodeId => {
    const byId = nodes.get(member.id);
    if (byId !== undefined && self.has(byId)) return byId;
    if (member.name !== null && self.has(member.name)) return member.name;
    const addresses = member.urls.map(addressOf);
    const byAddress = known.find(({ address }) => address !== null && addresses.includes(address));
    return byAddress?.node ?? toNodeId(member.name ?? member.otherId ?? member.id);
  };
  return {
    learn: (node, ids) => ids.forEach((id) => join(node, id)),
    meet: (members) => {
      for (const member of members) {
        const node = nodeOf(member);
        for (const id of [member.name, member.id, member.otherId]) if (id !== null) join(node, id);
      }
    },
    resolve: (id) => (self.has(id) ? id : (nodes.get(id) ?? id)),
    of: (node) => [...(names.get(node) ?? [])],
  };
};

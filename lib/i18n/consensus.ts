/** What is said of clusters that must agree. */
export const consensusMessages = {
  'claim.backed': {
    en: 'Named by {backers} of {voters} voters.',
    zh: '{voters} 个投票成员中有 {backers} 个承认。',
    past: {
      en: 'Was named by {backers} of {voters} voters.',
      zh: '当时 {voters} 个投票成员中有 {backers} 个承认。',
    },
  },
  'claim.old': {
    en: 'Overtaken: a majority knows a newer term than {term}.',
    zh: '已过期：多数成员已知比 {term} 更新的任期。',
    past: {
      en: 'Was overtaken: a majority knew a newer term than {term}.',
      zh: '当时已过期：多数成员已知比 {term} 更新的任期。',
    },
  },
  'claim.unbacked': {
    en: 'Named by {backers} voters, {needs} are needed.',
    zh: '仅 {backers} 个投票成员承认，需要 {needs} 个。',
    past: {
      en: 'Was named by {backers} voters, {needs} were needed.',
      zh: '当时仅 {backers} 个投票成员承认，需要 {needs} 个。',
    },
  },
  'claim.named': {
    en: 'Does not answer this monitor; named by {backers} of {voters} voters.',
    zh: '未响应本监控实例；{voters} 个投票成员中有 {backers} 个承认。',
    past: {
      en: 'Did not answer this monitor; was named by {backers} of {voters} voters.',
      zh: '当时未响应本监控实例；{voters} 个投票成员中有 {backers} 个承认。',
    },
  },
  'heading.fsync': {
    en: 'Slowest member’s 99th percentile of syncing its log to disk.',
    zh: '最慢成员的日志落盘延迟第 99 百分位。',
    past: {
      en: 'Slowest member’s 99th percentile of syncing its log to disk, then.',
      zh: '当时最慢成员的日志落盘延迟第 99 百分位。',
    },
  },
  'verdict.healthy': {
    en: '{name} can agree and survives {margin} more {margin|failure|failures}.',
    zh: '{name} 可以达成一致，还能承受 {margin} 个故障。',
    past: {
      en: '{name} could agree and would have survived {margin} more {margin|failure|failures}.',
      zh: '{name} 当时可以达成一致，还能承受 {margin} 个故障。',
    },
  },
  'verdict.by-design': {
    en: '{name} can agree; it survives no failure by design.',
    zh: '{name} 可以达成一致；按设计不能承受任何故障。',
    past: {
      en: '{name} could agree; it survived no failure by design.',
      zh: '{name} 当时可以达成一致；按设计不能承受任何故障。',
    },
  },
  'verdict.degraded': {
    en: '{name} can agree, but not everything is well. It survives {margin} more {margin|failure|failures}.',
    zh: '{name} 可以达成一致，但存在异常，还能承受 {margin} 个故障。',
    past: {
      en: '{name} could agree, but not everything was well. It would have survived {margin} more {margin|failure|failures}.',
      zh: '{name} 当时可以达成一致，但存在异常，还能承受 {margin} 个故障。',
    },
  },
  'verdict.electing': {
    en: '{name} is electing a leader.',
    zh: '{name} 正在选举领导者。',
    past: { en: '{name} was electing a leader.', zh: '{name} 当时正在选举领导者。' },
  },
  'verdict.unread': {
    en: 'Who leads {name} is not known now: too few of its members answer.',
    zh: '目前无法得知 {name} 的领导者：有响应的成员太少。',
    past: {
      en: 'Who led {name} was not known then: too few of its members answered.',
      zh: '当时无法得知 {name} 的领导者：有响应的成员太少。',
    },
  },
  'verdict.at-risk': {
    en: '{name} survives no further failure: {alive} of {voters} voters are left and {needs} are needed.',
    zh: '{name} 不能再承受故障：{voters} 个投票成员仅剩 {alive} 个，需要 {needs} 个。',
    past: {
      en: '{name} would have survived no further failure: {alive} of {voters} voters were left and {needs} were needed.',
      zh: '{name} 当时不能再承受故障：{voters} 个投票成员仅剩 {alive} 个，需要 {needs} 个。',
    },
  },
  'verdict.maybe-at-risk': {
    en: '{name} survives {low} to {high} more failures, depending on its suspect nodes.',
    zh: '{name} 还能承受 {low} 至 {high} 个故障，取决于可疑节点。',
    past: {
      en: '{name} would have survived {low} to {high} more failures, depending on its suspect nodes.',
      zh: '{name} 当时还能承受 {low} 至 {high} 个故障，取决于可疑节点。',
    },
  },
  'verdict.quorum-lost': {
    en: '{name} has lost its quorum: {alive} of {voters} voters are left and {needs} are needed.',
    zh: '{name} 已失去法定人数：{voters} 个投票成员仅剩 {alive} 个，需要 {needs} 个。',
    past: {
      en: '{name} had lost its quorum: {alive} of {voters} voters were left and {needs} were needed.',
      zh: '{name} 当时已失去法定人数：{voters} 个投票成员仅剩 {alive} 个，需要 {needs} 个。',
    },
  },
  'verdict.no-leader': {
    en: '{name} has no leader: nothing is decided.',
    zh: '{name} 没有领导者：无法决议。',
    past: { en: '{name} had no leader: nothing was decided.', zh: '{name} 当时没有领导者：无法决议。' },
  },
  'verdict.contested': {
    en: '{name} has rival leaders, none with a majority.',
    zh: '{name} 存在相互竞争的领导者，均未获多数承认。',
    past: {
      en: '{name} had rival leaders, none with a majority.',
      zh: '{name} 当时存在相互竞争的领导者，均未获多数承认。',
    },
  },
  'verdict.unknown': {
    en: 'Not known: {read} of {voters} voters of {name} were ever read.',
    zh: '未知：{name} 的 {voters} 个投票成员中只读到过 {read} 个。',
    past: {
      en: 'Was not known: {read} of {voters} voters of {name} had been read by then.',
      zh: '当时未知：{name} 的 {voters} 个投票成员中只读到过 {read} 个。',
    },
  },
  'verdict.nodes-up': {
    en: 'All {nodes} nodes of {name} are up.',
    zh: '{name} 的 {nodes} 个节点全部正常。',
    past: { en: 'All {nodes} nodes of {name} were up.', zh: '{name} 的 {nodes} 个节点当时全部正常。' },
  },
  'verdict.nodes-some': {
    en: '{up} of {nodes} nodes of {name} are up.',
    zh: '{name} 的 {nodes} 个节点中有 {up} 个正常。',
    past: {
      en: '{up} of {nodes} nodes of {name} were up.',
      zh: '{name} 的 {nodes} 个节点当时有 {up} 个正常。',
    },
  },
  'verdict.nodes-both': {
    en: '{up} of {nodes} nodes of {name} are up, {down} {down|is|are} down, {suspect} suspect.',
    zh: '{name} 的 {nodes} 个节点中有 {up} 个正常，{down} 个宕机，{suspect} 个可疑。',
    past: {
      en: '{up} of {nodes} nodes of {name} were up, {down} {down|was|were} down, {suspect} suspect.',
      zh: '{name} 的 {nodes} 个节点当时有 {up} 个正常，{down} 个宕机，{suspect} 个可疑。',
    },
  },
  'verdict.nodes-down': {
    en: '{up} of {nodes} nodes of {name} are up, {down} {down|is|are} down.',
    zh: '{name} 的 {nodes} 个节点中有 {up} 个正常，{down} 个宕机。',
    past: {
      en: '{up} of {nodes} nodes of {name} were up, {down} {down|was|were} down.',
      zh: '{name} 的 {nodes} 个节点当时有 {up} 个正常，{down} 个宕机。',
    },
  },
  'verdict.nodes-suspect': {
    en: '{up} of {nodes} nodes of {name} are up, {suspect} {suspect|is|are} suspect.',
    zh: '{name} 的 {nodes} 个节点中有 {up} 个正常，{suspect} 个可疑。',
    past: {
      en: '{up} of {nodes} nodes of {name} were up, {suspect} {suspect|was|were} suspect.',
      zh: '{name} 的 {nodes} 个节点当时有 {up} 个正常，{suspect} 个可疑。',
    },
  },
  'verdict.place-both': {
    en: '{place} has been going silent since {sinceAt}: {down} {down|node|nodes} down, {suspect} suspect.',
    zh: '{place} 自 {sinceAt} 起陆续失联：{down} 个节点宕机，{suspect} 个可疑。',
    past: {
      en: '{place} had been going silent since {sinceAt}: {down} {down|node|nodes} down, {suspect} suspect.',
      zh: '{place} 当时自 {sinceAt} 起陆续失联：{down} 个节点宕机，{suspect} 个可疑。',
    },
  },
  'verdict.place-suspect': {
    en: '{place} has been going silent since {sinceAt}: {suspect} of {members} nodes suspect.',
    zh: '{place} 自 {sinceAt} 起陆续失联：{members} 个节点中有 {suspect} 个可疑。',
    past: {
      en: '{place} had been going silent since {sinceAt}: {suspect} of {members} nodes suspect.',
      zh: '{place} 当时自 {sinceAt} 起陆续失联：{members} 个节点中有 {suspect} 个可疑。',
    },
  },
  'verdict.place-down': {
    en: '{place} has been silent in part since {sinceAt}: {down} of {members} nodes down.',
    zh: '{place} 自 {sinceAt} 起部分失联：{members} 个节点中有 {down} 个宕机。',
    past: {
      en: '{place} had been silent in part since {sinceAt}: {down} of {members} nodes down.',
      zh: '{place} 当时自 {sinceAt} 起部分失联：{members} 个节点中有 {down} 个宕机。',
    },
  },
  'verdict.place-gone': {
    en: '{place} has been silent since {sinceAt}: all {down} nodes down.',
    zh: '{place} 自 {sinceAt} 起失联：{down} 个节点全部宕机。',
    past: {
      en: '{place} had been silent since {sinceAt}: all {down} nodes down.',
      zh: '{place} 当时自 {sinceAt} 起失联：{down} 个节点全部宕机。',
    },
  },
  'verdict.nodes-none': {
    en: 'No node of {name} is up.',
    zh: '{name} 没有正常的节点。',
    past: { en: 'No node of {name} was up.', zh: '{name} 当时没有正常的节点。' },
  },
  'verdict.nodes-unknown': {
    en: 'No node of {name} was ever heard.',
    zh: '从未收到 {name} 任何节点的心跳。',
    past: { en: 'No node of {name} had been heard by then.', zh: '当时尚未收到 {name} 任何节点的心跳。' },
  },
  'why.down': {
    en: 'Down: {nodes}.',
    zh: '宕机：{nodes}。',
    past: { en: 'Down then: {nodes}.', zh: '当时宕机：{nodes}。' },
  },
  'why.down-zone': {
    en: 'Down: {nodes}. Losing zone {zones} would stop it.',
    zh: '宕机：{nodes}。再失去区域 {zones} 将无法运行。',
    past: {
      en: 'Down then: {nodes}. Losing zone {zones} would have stopped it.',
      zh: '当时宕机：{nodes}。若再失去区域 {zones}，则无法运行。',
    },
  },
  'why.suspect': {
    en: 'Suspect: {nodes}.',
    zh: '可疑：{nodes}。',
    past: { en: 'Suspect then: {nodes}.', zh: '当时可疑：{nodes}。' },
  },
  'why.recovering': {
    en: 'Recovering: {nodes}.',
    zh: '恢复中：{nodes}。',
    past: { en: 'Recovering then: {nodes}.', zh: '当时恢复中：{nodes}。' },
  },
  'why.unheard': {
    en: 'Never heard: {nodes}.',
    zh: '从未收到心跳：{nodes}。',
    past: { en: 'Had not been heard by then: {nodes}.', zh: '当时尚未收到心跳：{nodes}。' },
  },
  'why.elsewhere-both': {
    en: 'Elsewhere in {name}: {down} down, {suspect} suspect.',
    zh: '{name} 其他位置：{down} 个宕机，{suspect} 个可疑。',
    past: {
      en: 'Elsewhere in {name} then: {down} down, {suspect} suspect.',
      zh: '{name} 当时其他位置：{down} 个宕机，{suspect} 个可疑。',
    },
  },
  'why.elsewhere-down': {
    en: 'Elsewhere in {name}: {down} down.',
    zh: '{name} 其他位置：{down} 个宕机。',
    past: {
      en: 'Elsewhere in {name} then: {down} down.',
      zh: '{name} 当时其他位置：{down} 个宕机。',
    },
  },
  'why.elsewhere-suspect': {
    en: 'Elsewhere in {name}: {suspect} suspect.',
    zh: '{name} 其他位置：{suspect} 个可疑。',
    past: {
      en: 'Elsewhere in {name} then: {suspect} suspect.',
      zh: '{name} 当时其他位置：{suspect} 个可疑。',
    },
  },
  'why.elsewhere-unheard': {
    en: 'Elsewhere in {name}: {unheard} never heard.',
    zh: '{name} 其他位置：{unheard} 个从未收到心跳。',
    past: {
      en: 'Elsewhere in {name} then: {unheard} not heard by then.',
      zh: '{name} 当时其他位置：{unheard} 个尚未收到心跳。',
    },
  },
  'why.elsewhere-quiet': {
    en: 'The other {places} of {name} {others|is|are} quiet.',
    zh: '{name} 的其余 {places}均无异常。',
    past: {
      en: 'The other {places} of {name} {others|was|were} quiet.',
      zh: '{name} 的其余 {places}当时均无异常。',
    },
  },
  'why.elsewhere-none': {
    en: 'Everything else in {name} is quiet.',
    zh: '{name} 的其余节点均无异常。',
    past: { en: 'Everything else in {name} was quiet.', zh: '{name} 的其余节点当时均无异常。' },
  },
  'why.withheld': {
    en: 'This monitor does not hear {nodes}, the other members do: the path from this monitor is at fault.',
    zh: '本监控实例收不到 {nodes}，但其他成员可以：故障在本监控的网络路径上。',
    past: {
      en: 'This monitor did not hear {nodes}, the other members did: the path from this monitor was at fault.',
      zh: '本监控实例当时收不到 {nodes}，但其他成员可以：故障在本监控的网络路径上。',
    },
  },
  'why.disagrees': {
    en: '{nodes} does not name {leader} as leader.',
    zh: '{nodes} 不承认 {leader} 为领导者。',
    past: { en: '{nodes} did not name {leader} as leader.', zh: '{nodes} 当时不承认 {leader} 为领导者。' },
  },
  'why.lagging': {
    en: 'Behind the log: {nodes}.',
    zh: '日志落后：{nodes}。',
    past: { en: 'Behind the log then: {nodes}.', zh: '当时日志落后：{nodes}。' },
  },
  'why.alarm': {
    en: 'Its members raised an alarm: {alarms}.',
    zh: '成员发出警报：{alarms}。',
    past: { en: 'Its members had raised an alarm: {alarms}.', zh: '当时成员已发出警报：{alarms}。' },
  },
  'why.stalled': {
    en: 'Proposals wait, nothing is committed.',
    zh: '有提案等待，但没有提交。',
    past: { en: 'Proposals waited, nothing was committed.', zh: '当时有提案等待，但没有提交。' },
  },
  'why.unreadable': {
    en: 'Its state cannot be read: {nodes}.',
    zh: '无法读取状态：{nodes}。',
    past: { en: 'Its state could not be read: {nodes}.', zh: '当时无法读取状态：{nodes}。' },
  },
  'why.contested': {
    en: 'They all claim to lead: {nodes}.',
    zh: '均自称领导者：{nodes}。',
    past: { en: 'They all claimed to lead: {nodes}.', zh: '当时均自称领导者：{nodes}。' },
  },
  'heading.consistent': {
    en: 'Every member names the same leader.',
    zh: '所有成员承认同一领导者。',
    past: { en: 'Every member named the same leader.', zh: '所有成员当时承认同一领导者。' },
  },
  'heading.disagree': {
    en: '{nodes} members do not name the leader.',
    zh: '{nodes} 个成员不承认领导者。',
    past: { en: '{nodes} members did not name the leader.', zh: '当时 {nodes} 个成员不承认领导者。' },
  },
  'heading.no-leader': {
    en: 'No leader is agreed on.',
    zh: '没有公认的领导者。',
    past: { en: 'No leader was agreed on.', zh: '当时没有公认的领导者。' },
  },
  'heading.margin': {
    en: 'More failures it survives for sure.',
    zh: '确定还能承受的故障数。',
    past: { en: 'More failures it would have survived for sure.', zh: '当时确定还能承受的故障数。' },
  },
  'heading.scale': {
    en: 'Members of {voters} voters that answer.',
    zh: '{voters} 个投票成员中有响应的数量。',
    past: { en: 'Members of {voters} voters that answered.', zh: '当时 {voters} 个投票成员中有响应的数量。' },
  },
  'heading.lag': {
    en: 'Entries that the slowest member is behind.',
    zh: '最慢成员落后的日志条数。',
    past: { en: 'Entries that the slowest member was behind.', zh: '当时最慢成员落后的日志条数。' },
  },
  'heading.rtt': {
    en: 'Slowest round trip between members.',
    zh: '成员间最长往返时间。',
    past: { en: 'Slowest round trip between members then.', zh: '当时成员间最长往返时间。' },
  },
  'leader.lost': {
    en: '{cluster}: leader {node} lost, {term}.',
    zh: '{cluster}：失去领导者 {node}，{term}。',
  },
  'leader.elected': { en: '{node} leads {cluster}, {term}.', zh: '{node} 成为 {cluster} 的领导者，{term}。' },
  'leader.contested': {
    en: '{cluster}: {nodes} all claim to lead.',
    zh: '{cluster}：{nodes} 均自称领导者。',
  },
  'quorum.lost': { en: '{cluster} lost its quorum.', zh: '{cluster} 失去法定人数。' },
  'quorum.at-risk': { en: '{cluster} survives no further failure.', zh: '{cluster} 不能再承受故障。' },
  'quorum.restored': { en: '{cluster} has its quorum again.', zh: '{cluster} 恢复法定人数。' },
  'margin.changed': {
    en: '{cluster} survives {margin} more {margin|failure|failures}, before {before}.',
    zh: '{cluster} 还能承受 {margin} 个故障，此前为 {before}。',
  },
  'role.changed': { en: '{node} is {role}, before {before}.', zh: '{node} 现为 {role}，此前为 {before}。' },
  'member.statement': { en: '{node} names {leader}, {term}.', zh: '{node} 承认 {leader}，{term}。' },
  'member.unreadable': {
    en: 'The state of {node} cannot be read: {error}.',
    zh: '无法读取 {node} 的状态：{error}。',
  },
  'member.readable': { en: 'The state of {node} can be read.', zh: '可以读取 {node} 的状态。' },
  'member.added': { en: '{node} is a member of {cluster}.', zh: '{node} 成为 {cluster} 的成员。' },
  'member.removed': {
    en: '{node} is no longer a member of {cluster}.',
    zh: '{node} 不再是 {cluster} 的成员。',
  },
  'member.promoted': { en: '{node} is now {membership}.', zh: '{node} 现为 {membership}。' },
  'link.cut': { en: '{to} does not hear {from}.', zh: '{to} 收不到 {from}。' },
  'link.healed': { en: '{to} hears {from} again.', zh: '{to} 又能收到 {from}。' },
  'term.regressed': {
    en: '{cluster}: the term fell from {before} to {term}.',
    zh: '{cluster}：任期从 {before} 降至 {term}。',
  },
  'cluster.gone': { en: '{cluster} is no longer watched.', zh: '不再监视 {cluster}。' },
  'commit.stalled': {
    en: '{cluster}: proposals wait, nothing is committed.',
    zh: '{cluster}：有提案等待，但没有提交。',
  },
  'commit.resumed': { en: '{cluster} commits again.', zh: '{cluster} 恢复提交。' },
  'cluster.level': { en: '{cluster} is {level}.', zh: '{cluster}：{level}。' },
  'cluster.removed': { en: '{cluster} is no longer watched.', zh: '不再监视 {cluster}。' },
} as const;

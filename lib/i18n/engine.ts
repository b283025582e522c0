/** What the engine says of nodes, of itself and of its configuration. */
export const engineMessages = {
  'heading.unknown': {
    en: 'Not measured at that instant.',
    zh: '该时刻无测量数据。',
    past: { en: 'Was not measured at that instant.', zh: '该时刻无测量数据。' },
  },
  'node.past-silent': {
    en: 'Its last heartbeat had come {silentMs} before.',
    zh: '最近一次心跳到达于此前 {silentMs}。',
  },
  'node.past': { en: 'As it stood at that instant.', zh: '该时刻的状态。' },
  'monitor.watch-away': {
    en: 'The watching thread does not answer. What you see is old.',
    zh: '监视线程无响应，所示内容已过时。',
    past: { en: 'The watching thread did not answer.', zh: '监视线程当时无响应。' },
  },
  'monitor.started': { en: 'This monitor started.', zh: '本监控实例已启动。' },
  'monitor.stall': {
    en: 'This monitor stalled for {stallMs} in {thread}. Nodes are not blamed.',
    zh: '本监控实例的 {thread} 停顿了 {stallMs}，不据此判定节点故障。',
  },
  'monitor.suspended': {
    en: 'This monitor was suspended for {stallMs}. Nodes are not blamed.',
    zh: '本监控实例曾被挂起 {stallMs}，不据此判定节点故障。',
  },
  'monitor.clock-jump': {
    en: 'The wall clock of this monitor jumped by {jumpMs}.',
    zh: '本监控实例的系统时钟跳变了 {jumpMs}。',
  },
  'monitor.degraded': {
    en: 'This monitor is degraded: verdicts wait longer.',
    zh: '本监控实例性能下降，判定将更谨慎。',
    past: {
      en: 'This monitor was degraded: verdicts waited longer.',
      zh: '本监控实例当时性能下降，判定更谨慎。',
    },
  },
  'monitor.healthy': { en: 'This monitor is well again.', zh: '本监控实例已恢复正常。' },
  'monitor.thread-restarted': {
    en: 'Thread {thread} of this monitor died and was restarted: {error}',
    zh: '本监控实例的线程 {thread} 异常退出并已重启：{error}',
  },
  'config.loaded': { en: 'Configuration loaded from {file}.', zh: '已从 {file} 加载配置。' },
  'config.rejected': {
    en: 'The configuration was refused; the one before stays in force. {error}',
    zh: '配置被拒绝，继续使用之前的配置。{error}',
    past: {
      en: 'The configuration had been refused; the one before stayed in force. {error}',
      zh: '当时配置已被拒绝，沿用之前的配置。{error}',
    },
  },
  'target.added': { en: '{address} is watched as {name}.', zh: '{address} 已作为 {name} 加入监视。' },
  'target.removed': { en: '{address} of {name} is no longer watched.', zh: '{name} 的 {address} 不再监视。' },
  'node.added': { en: '{node} is watched.', zh: '开始监视 {node}。' },
  'node.removed': { en: '{node} is no longer watched.', zh: '不再监视 {node}。' },
  'node.up': { en: '{node} is up.', zh: '{node} 正常。' },
  'node.suspect': { en: '{node} is suspect: silent for {silentMs}.', zh: '{node} 可疑：已静默 {silentMs}。' },
  'node.down.certain': {
    en: '{node} is down: its host answers, it refuses connections.',
    zh: '{node} 宕机：主机有响应，但该进程拒绝连接。',
  },
  'node.down.inferred': {
    en: '{node} counts as down: silent for {silentMs}.',
    zh: '{node} 判定为宕机：已静默 {silentMs}。',
  },
  'node.recovering': { en: '{node} answers again.', zh: '{node} 恢复响应。' },
  'node.cleared': { en: '{node} is no longer suspect.', zh: '{node} 不再可疑。' },
  'node.restarted': { en: '{node} restarted.', zh: '{node} 已重启。' },
  'node.flapping': { en: '{node} keeps going down and up.', zh: '{node} 反复宕机与恢复。' },
  'node.incarnation': { en: '{node} told its incarnation.', zh: '{node} 报告了其实例标识。' },
  'node.flag': { en: 'Flags of {node}: {flags}.', zh: '{node} 的标记：{flags}。' },
  'node.withheld': {
    en: 'We do not hear {node}, its peers do: the path from this monitor is at fault.',
    zh: '本监控实例收不到 {node}，但其对等成员可以：故障在本监控的网络路径上。',
  },
  'scrape.failed': { en: 'Scraping {target} fails: {error}', zh: '抓取 {target} 失败：{error}' },
  'scrape.recovered': { en: 'Scraping {target} works again.', zh: '抓取 {target} 已恢复。' },
  'fault.injected': { en: 'Fault injected: {kind} {node}.', zh: '已注入故障：{kind} {node}。' },
  'fault.healed': { en: 'Fault healed: {kind} {node}.', zh: '故障已恢复：{kind} {node}。' },
} as const;

/** Why a node counts as what it counts as. */
export const detectorMessages = {
  'suspicion.never': { en: 'Never heard from.', zh: '从未收到其心跳。' },
  'suspicion.on-time': { en: 'Heard {silentMs} ago: on time.', zh: '{silentMs} 前收到心跳：准时。' },
  'suspicion.pooled': {
    en: 'Silent {silentMs}; of {count} heartbeats of class {class}, {late} came this late, so φ is {phi}.',
    zh: '已静默 {silentMs}；类别 {class} 的 {count} 次心跳中有 {late} 次迟到这么久，故 φ 为 {phi}。',
  },
  'suspicion.normal': {
    en: 'Silent {silentMs}, so φ is {phi} by the normal law.',
    zh: '已静默 {silentMs}，按正态分布 φ 为 {phi}。',
  },
  'suspicion.crashed': {
    en: 'The process is gone: it refuses connections while its host answers.',
    zh: '进程已消失：主机有响应，但该进程拒绝连接。',
  },
  'suspicion.withheld': {
    en: 'We have not heard it for {silentMs}, its peers do: the path from this monitor is at fault.',
    zh: '本监控实例已 {silentMs} 未收到其心跳，但对等成员可以收到：故障在本监控的网络路径上。',
  },
  'suspicion.limited': {
    en: 'Limited by evidence: {count} heartbeats cannot prove φ {limit} yet.',
    zh: '受证据所限：{count} 次心跳尚不足以证明 φ {limit}。',
  },
} as const;

/** The words of the time field. */
export const timeMessages = {
  'ui.time': { en: 'Instant shown', zh: '显示的时刻' },
  'ui.time.open': { en: 'Choose the instant, {zone}', zh: '选择时刻，{zone}' },
  'ui.time.now-button': { en: 'Return to now', zh: '回到现在' },
  'ui.time.as-of': { en: 'as of {clock} ({agoMs} ago)', zh: '截至 {clock}（{agoMs} 前）' },
  'ui.time.value': { en: '{clock}, {agoMs} ago', zh: '{clock}，{agoMs} 前' },
  'ui.time.exact': { en: 'Date and time', zh: '日期与时间' },
  'ui.time.go': { en: 'Show', zh: '显示' },
  'ui.time.future': { en: 'That instant is still to come.', zh: '该时刻尚未到来。' },
  'ui.time.ago': { en: '{spanMs} ago', zh: '{spanMs} 前' },
  'ui.time.presets': { en: 'Ago', zh: '之前' },
  'ui.time.events': { en: 'To an event', zh: '跳至事件' },
  'ui.time.no-events': {
    en: 'No leader, quorum, node or fault has changed.',
    zh: '领导者、法定人数、节点与故障均无变化。',
  },
  'ui.time.no-earlier': { en: 'There is no earlier event.', zh: '没有更早的事件。' },
  'ui.time.scrubber': {
    en: 'Events over time; arrow keys move the instant',
    zh: '事件随时间的分布；方向键移动时刻',
  },
  'ui.time.range': { en: 'Range', zh: '范围' },
  'ui.time.range.1h': { en: 'Last 1 h', zh: '近 1 小时' },
  'ui.time.range.6h': { en: 'Last 6 h', zh: '近 6 小时' },
  'ui.time.range.24h': { en: 'Last 24 h', zh: '近 24 小时' },
  'ui.time.range.7d': { en: 'Last 7 d', zh: '近 7 天' },
  'ui.time.refused.future': {
    en: '“{text}” in the address is still to come. Shown is now.',
    zh: '地址中的“{text}”尚未到来。当前显示现在。',
  },
  'ui.time.refused.unreadable': {
    en: '“{text}” in the address is no instant; write it as 2026-01-31T12:00:00.000Z. Shown is now.',
    zh: '地址中的“{text}”不是时刻，应写作 2026-01-31T12:00:00.000Z。当前显示现在。',
  },
  'ui.time.phi-only': {
    en: 'Of a past instant φ is kept, single heartbeats are not.',
    zh: '过去的时刻仅保留 φ，不保留单次心跳。',
  },
  'ui.time.this-instant': { en: 'then', zh: '当时' },
  'ui.keys.step': { en: 'to the event before, after', zh: '上一个、下一个事件' },
  'ui.keys.now': { en: 'return to now', zh: '回到现在' },
  'ui.keys.time': { en: 'choose the instant', zh: '选择时刻' },
} as const;

/** What is said inside embedded panels, and in the dialog that makes their snippets. `past`: told of a past instant. */
export const embedMessages = {
  'embed.at': { en: 'as of {day}', zh: '截至 {day}' },
  'embed.range': { en: 'last {rangeMs}', zh: '近 {rangeMs}' },
  'embed.range-past': { en: 'the {rangeMs} before', zh: '此前 {rangeMs}' },
  'embed.unknown-panel': {
    en: 'No panel is called “{name}”: there are {known}.',
    zh: '没有名为“{name}”的面板，可用的有 {known}。',
  },
  'embed.unknown-cluster': { en: 'No cluster is called “{name}”.', zh: '没有名为“{name}”的集群。' },
  'embed.unknown-node': { en: 'No node is called “{name}”.', zh: '没有名为“{name}”的节点。' },
  'embed.name-cluster': {
    en: 'Say which cluster to show: add cluster=… to the address.',
    zh: '请在地址中添加 cluster=… 指定集群。',
  },
  'embed.name-query': {
    en: 'Say what to draw: add query=… with a PromQL expression to the address.',
    zh: '请在地址中添加 query=…（PromQL 表达式）。',
  },
  'embed.bad-option': {
    en: '{field}=“{value}” cannot be used: write {wanted}.',
    zh: '{field}=“{value}” 无法使用：请写 {wanted}。',
  },
  'embed.bad-query': { en: 'The expression cannot be read. {error}', zh: '无法解析表达式。{error}' },
  'embed.refused': {
    en: 'This page may not show panels of Quorate: its origin is not allowed.',
    zh: '此页面的来源未获允许，不能显示 Quorate 面板。',
  },
  'embed.not-ready': { en: 'Quorate is starting.', zh: 'Quorate 正在启动。' },
  'embed.failed': { en: 'The panel cannot be shown. {error}', zh: '无法显示面板。{error}' },
  'embed.unreachable': { en: 'Quorate does not answer.', zh: 'Quorate 没有响应。' },

  'embed.alerts': { en: 'Alerts', zh: '告警' },
  'embed.alerts-none': {
    en: 'No alert is firing.',
    zh: '没有触发中的告警。',
    past: { en: 'No alert was firing.', zh: '当时没有触发中的告警。' },
  },
  'embed.alerts-firing': {
    en: '{count} {count|alert is|alerts are} firing.',
    zh: '{count} 个告警触发中。',
    past: { en: '{count} {count|alert was|alerts were} firing.', zh: '当时有 {count} 个告警触发。' },
  },
  'embed.more': { en: '{count} more', zh: '另有 {count} 个' },

  'embed.leads': {
    en: '{node} leads {term}, named by {backers} of {voters}.',
    zh: '{node} 为{term}的领导者，{voters} 个成员中 {backers} 个承认。',
    past: {
      en: '{node} led {term}, named by {backers} of {voters}.',
      zh: '{node} 当时为{term}的领导者，{voters} 个成员中 {backers} 个承认。',
    },
  },
  'embed.leaderless': {
    en: '{name} has no leader.',
    zh: '{name} 没有领导者。',
    past: { en: '{name} had no leader.', zh: '{name} 当时没有领导者。' },
  },
  'embed.contested': {
    en: '{count} members of {name} claim to lead, none with a majority.',
    zh: '{name} 有 {count} 个成员自称领导者，均未获多数承认。',
    past: {
      en: '{count} members of {name} claimed to lead, none with a majority.',
      zh: '{name} 当时有 {count} 个成员自称领导者，均未获多数承认。',
    },
  },
  'embed.leader-unknown': {
    en: 'Who leads {name} is not known.',
    zh: '{name} 的领导者未知。',
    past: { en: 'Who led {name} is not known.', zh: '{name} 当时的领导者未知。' },
  },
  'embed.no-leaders': { en: '{name} works without a leader.', zh: '{name} 无需领导者。' },
  'embed.changes': { en: 'Changes of leader', zh: '领导者变更' },
  'embed.agree': { en: 'Agree', zh: '认可' },
  'embed.of': { en: '{count} of {total}', zh: '{count} / {total}' },
  'embed.roles': { en: 'Roles of the members', zh: '成员角色' },

  'embed.suspicion': { en: 'Suspicion', zh: '怀疑度' },
  'embed.suspicion-none': {
    en: 'No node is suspected.',
    zh: '没有可疑节点。',
    past: { en: 'No node was suspected.', zh: '当时没有可疑节点。' },
  },
  'embed.suspicion-some': {
    en: '{count} of {total} nodes {count|is|are} suspected or down.',
    zh: '{total} 个节点中有 {count} 个可疑或宕机。',
    past: {
      en: '{count} of {total} nodes {count|was|were} suspected or down.',
      zh: '当时 {total} 个节点中有 {count} 个可疑或宕机。',
    },
  },
  'embed.down-in': { en: 'Down in', zh: '距判定宕机' },
  'embed.cuts': { en: 'Cut links', zh: '中断链路' },

  'embed.chart': { en: 'Chart', zh: '图表' },
  'embed.series-none': { en: 'The expression has no samples in this range.', zh: '此范围内表达式没有样本。' },
  'embed.series-cut': {
    en: '{shown} of {count} series are drawn.',
    zh: '绘制了 {count} 条序列中的 {shown} 条。',
  },

  'embed.button': { en: 'Embed', zh: '嵌入' },
  'embed.title': { en: 'Embed a panel', zh: '嵌入面板' },
  'embed.note': {
    en: 'It opens only inside pages of the origins that the configuration names.',
    zh: '仅能在配置所列来源的页面中打开。',
  },
  'embed.what': { en: 'What', zh: '内容' },
  'embed.panel.overview': { en: 'All clusters', zh: '全部集群' },
  'embed.panel.cluster': { en: 'Cluster verdict', zh: '集群判定' },
  'embed.panel.topology': { en: 'Topology', zh: '拓扑' },
  'embed.panel.suspicion': { en: 'Node suspicion', zh: '节点怀疑度' },
  'embed.panel.leader': { en: 'Leader and roles', zh: '领导者与角色' },
  'embed.panel.alerts': { en: 'Alerts', zh: '告警' },
  'embed.panel.chart': { en: 'Chart of an expression', zh: '表达式图表' },
  'embed.expression': { en: 'Expression', zh: '表达式' },
  'embed.every-node': { en: 'strongest first', zh: '怀疑度最高者优先' },
  'embed.range-label': { en: 'Range', zh: '范围' },
  'embed.theme.light': { en: 'light', zh: '浅色' },
  'embed.theme.dark': { en: 'dark', zh: '深色' },
  'embed.theme.auto': { en: 'as the reader’s', zh: '跟随读者' },
  'embed.lang.auto': { en: 'as the reader’s', zh: '跟随读者' },
  'embed.refresh': { en: 'Refresh', zh: '刷新' },
  'embed.width': { en: 'Width', zh: '宽度' },
  'embed.height': { en: 'Height', zh: '高度' },
  'embed.preview': { en: 'Preview', zh: '预览' },
  'embed.snippet': { en: 'HTML', zh: 'HTML' },
  'embed.frames': { en: 'Who may show it', zh: '允许嵌入的来源' },
  'embed.frames-some': {
    en: 'Pages of these origins may show it. Every other page stays empty.',
    zh: '以下来源的页面可以显示，其他页面显示为空。',
  },
  'embed.frames-none': {
    en: 'No page may show it yet. Add the origin of yours to quorate.yml and reload:',
    zh: '目前没有页面可以显示。请在 quorate.yml 中添加来源并重新加载：',
  },
} as const;

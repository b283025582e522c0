/** What is said of alerts, rules, channels and notifications. */
export const alertMessages = {
  'alert.pending': {
    en: '{rule} is pending: it fires when it has held for {forMs}.',
    zh: '{rule} 待触发：持续 {forMs} 后触发。',
  },
  'alert.pending.of': {
    en: '{rule} is pending on {subject}: it fires when it has held for {forMs}.',
    zh: '{subject} 的 {rule} 待触发：持续 {forMs} 后触发。',
  },
  'alert.firing': { en: '{rule} fires.', zh: '{rule} 已触发。' },
  'alert.firing.of': { en: '{rule} fires on {subject}.', zh: '{subject} 的 {rule} 已触发。' },
  'alert.resolved': { en: '{rule} is resolved after {lastedMs}.', zh: '{rule} 已恢复，共持续 {lastedMs}。' },
  'alert.resolved.of': {
    en: '{rule} on {subject} is resolved after {lastedMs}.',
    zh: '{subject} 的 {rule} 已恢复，共持续 {lastedMs}。',
  },
  'alert.over': {
    en: '{rule} is over after {lastedMs}, before it fired.',
    zh: '{rule} 在触发前已消失，共持续 {lastedMs}。',
  },
  'alert.over.of': {
    en: '{rule} on {subject} is over after {lastedMs}, before it fired.',
    zh: '{subject} 的 {rule} 在触发前已消失，共持续 {lastedMs}。',
  },
  'alert.explain.pending': {
    en: '{expr} has held since {sinceAt}, the value was {value}. It fires when it has held for {forMs}: {leftMs} to go.',
    zh: '{expr} 自 {sinceAt} 起成立，当时的值为 {value}。持续 {forMs} 后触发，还剩 {leftMs}。',
    past: {
      en: '{expr} had held since {sinceAt}, the value was {value}. It would have fired after holding for {forMs}: {leftMs} to go.',
      zh: '{expr} 当时自 {sinceAt} 起成立，值为 {value}。需持续 {forMs} 才触发，还剩 {leftMs}。',
    },
  },
  'alert.explain.pending.limit': {
    en: '{expr} has held since {sinceAt}: the value is {value}, and the rule asks for {bound}. It fires when it has held for {forMs}: {leftMs} to go.',
    zh: '{expr} 自 {sinceAt} 起成立：当前值为 {value}，规则条件为 {bound}。持续 {forMs} 后触发，还剩 {leftMs}。',
    past: {
      en: '{expr} had held since {sinceAt}: the value was {value}, and the rule asked for {bound}. It would have fired after holding for {forMs}: {leftMs} to go.',
      zh: '{expr} 当时自 {sinceAt} 起成立：值为 {value}，规则条件为 {bound}。需持续 {forMs} 才触发，还剩 {leftMs}。',
    },
  },
  'alert.explain.firing': {
    en: '{expr} has held since {sinceAt}, the value is {value}. It fires since {firedAt}.',
    zh: '{expr} 自 {sinceAt} 起成立，当前值为 {value}。于 {firedAt} 触发。',
    past: {
      en: '{expr} had held since {sinceAt}, the value was {value}. It had fired since {firedAt}.',
      zh: '{expr} 当时自 {sinceAt} 起成立，值为 {value}，已于 {firedAt} 触发。',
    },
  },
  'alert.explain.firing.limit': {
    en: '{expr} has held since {sinceAt}: the value is {value}, and the rule asks for {bound}. It fires since {firedAt}.',
    zh: '{expr} 自 {sinceAt} 起成立：当前值为 {value}，规则条件为 {bound}。于 {firedAt} 触发。',
    past: {
      en: '{expr} had held since {sinceAt}: the value was {value}, and the rule asked for {bound}. It had fired since {firedAt}.',
      zh: '{expr} 当时自 {sinceAt} 起成立：值为 {value}，规则条件为 {bound}，已于 {firedAt} 触发。',
    },
  },
  'alert.explain.kept': {
    en: '{expr} does not hold any more since {keptAt}. The rule keeps the alert firing for some time after that (keep_firing_for), so that it does not flap.',
    zh: '{expr} 自 {keptAt} 起已不成立。规则通过 keep_firing_for 使告警再保持一段时间，以避免抖动。',
    past: {
      en: '{expr} had not held any more since {keptAt}. The rule kept the alert firing for some time after that (keep_firing_for), so that it did not flap.',
      zh: '{expr} 当时自 {keptAt} 起已不成立。规则通过 keep_firing_for 使告警再保持了一段时间，以避免抖动。',
    },
  },
  'alert.explain.suppressed': {
    en: '{expr} has held since {sinceAt}. Notifications of it are suppressed.',
    zh: '{expr} 自 {sinceAt} 起成立，其通知已被抑制。',
    past: {
      en: '{expr} had held since {sinceAt}. Notifications of it were suppressed.',
      zh: '{expr} 当时自 {sinceAt} 起成立，其通知被抑制。',
    },
  },
  'alert.explain.resolved': {
    en: '{expr} held from {sinceAt} to {resolvedAt}, the last value was {value}.',
    zh: '{expr} 在 {sinceAt} 至 {resolvedAt} 期间成立，最后的值为 {value}。',
  },
  'rule.created': { en: 'Rule {name} was created.', zh: '已创建规则 {name}。' },
  'rule.edited': { en: 'Rule {name} was edited.', zh: '已修改规则 {name}。' },
  'rule.enabled': { en: 'Rule {name} was switched on.', zh: '已启用规则 {name}。' },
  'rule.disabled': { en: 'Rule {name} was switched off.', zh: '已停用规则 {name}。' },
  'rule.deleted': { en: 'Rule {name} was deleted.', zh: '已删除规则 {name}。' },
  'rule.restored': { en: 'Rule {name} was restored.', zh: '已还原规则 {name}。' },
  'rule.file-refused': {
    en: 'A rule file was refused, what it said before stays in force: {error}',
    zh: '规则文件被拒绝，沿用其之前的规则：{error}',
  },
  'rule.file-accepted': { en: 'Rule file {file} is good again.', zh: '规则文件 {file} 已恢复正常。' },
  'rule.failed': { en: 'Rule {rule} cannot be evaluated: {error}', zh: '规则 {rule} 求值失败：{error}' },
  'rule.recovered': { en: 'Rule {rule} is evaluated again.', zh: '规则 {rule} 已恢复求值。' },
  'rule.file-read': {
    en: 'Rule file {file} was read: {count} {count|rule|rules}.',
    zh: '已读取规则文件 {file}：{count} 条规则。',
  },
  'rule.file-gone': {
    en: 'Rule file {file} is gone, its rules ended.',
    zh: '规则文件 {file} 已不存在，其中的规则已终止。',
  },
  'rule.group-edited': { en: 'Rule group {name} was edited.', zh: '已修改规则组 {name}。' },
  'rule.group-restored': {
    en: 'An earlier version of rule group {name} was restored.',
    zh: '已还原规则组 {name} 的早先版本。',
  },
  'channel.created': { en: 'Channel {name} was created.', zh: '已创建通知渠道 {name}。' },
  'channel.edited': { en: 'Channel {name} was edited.', zh: '已修改通知渠道 {name}。' },
  'channel.deleted': { en: 'Channel {name} was deleted.', zh: '已删除通知渠道 {name}。' },
  'notification.sent': {
    en: '{receiver} was told of {alerts} {alerts|alert|alerts}.',
    zh: '已向 {receiver} 通知 {alerts} 条告警。',
  },
  'notification.sent.test': { en: '{receiver} took a test message.', zh: '{receiver} 已收到测试消息。' },
  'notification.failed': {
    en: '{receiver} could not be told, next attempt in {againMs}: {error}',
    zh: '无法通知 {receiver}，{againMs} 后重试：{error}',
  },
  'notification.given-up': {
    en: '{receiver} could not be told, and the message was given up: {error}',
    zh: '无法通知 {receiver}，已放弃该消息：{error}',
  },
  'notification.failed.test': {
    en: '{receiver} did not take a test message: {error}',
    zh: '{receiver} 未能接收测试消息：{error}',
  },
} as const;

/** Records that are no events, each in its own way. */
export function poisonous(): string[] {
  const deep = 10_000;
  return [
    '{not json',
    '',
    '\u0000',
    '{"occurred_at": NaN}',
    'null',
    '{"__proto__": {"agent": {"id": "x"}}}',
    '{"occurred_at": 1e400, "agent": {"id": "a"}, "server": {"id": "s"}, "method": "ping"}',
    '{"agent": {"id": "\\ud800"}}',
    `${'['.repeat(deep)}${']'.repeat(deep)}`,
    `{"args": "${'x'.repeat(20 << 20)}"}`,
  ];
}

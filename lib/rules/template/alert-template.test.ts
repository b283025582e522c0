import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import fc from 'fast-check';
import { stringify } from 'yaml';

import type { VectorSample } from '#lib/promql/value.ts';

import { checkTemplate, createTemplates } from './alert-template.ts';

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

const vector: VectorSample[] = [
  { labels: { __name__: 'q', a: 'z', zone: 'b' }, at: 0, value: 2 },
  { labels: { __name__: 'q', a: 'y', zone: 'a' }, at: 0, value: 1.5 },
];
const templates = createTemplates({
  externalLabels: { site: 'x' },
  externalUrl: 'http://q.example:9320/pre',
  query: (expr) => {
    if (expr === 'bad(') throw new Error('1:5: parse error: unclosed left parenthesis');
    return expr === 'sort_desc(q)' ? vector : [];
  },
});
const labels = { __name__: 'v', n: '3', host: 'etcd-1.a.example:2379', odd: '<a & "b">\u00e9' };
const expand = (text: string, value = 1234.5): string =>
  templates.expand('A', text, { labels, value }, 60_000);

void test('labels and the value of an alert are there, by every name', () => {
  assert.equal(
    expand('{{ $labels.n }} {{ .Labels.n }} {{ $value }} {{ .Value }} {{ $labels.none }}|'),
    '3 3 1234.5 1234.5 |',
  );
  assert.equal(
    expand('{{ $externalLabels.site }} {{ .ExternalURL }} {{ externalURL }} {{ pathPrefix }}'),
    'x http://q.example:9320/pre http://q.example:9320/pre /pre',
  );
});

void test('white space is trimmed by markers only, comments leave nothing', () => {
  assert.equal(expand('a {{- 1 }} {{ 2 -}} \n b{{/* c */}}d {{- /* e */ -}} f'), 'a1 2bdf');
});

void test('an error becomes the text, with its place and reason', () => {
  assert.equal(
    expand('{{ humanize "x" }}'),
    '<error expanding template: error executing template __alert_A: template: __alert_A:1:115: executing "__alert_A" at <humanize "x">: error calling humanize: strconv.ParseFloat: parsing "x": invalid syntax>',
  );
  assert.equal(
    expand('{{ nope }}'),
    '<error expanding template: error parsing template __alert_A: template: __alert_A:1: function "nope" not defined>',
  );
  assert.match(expand('{{ query "bad(" }}'), /error calling query: 1:5: parse error/);
});

void test('what cannot be read is found before it is expanded', () => {
  for (const text of [
    '{{',
    '{{ if }}a{{ end }}',
    '{{ if true }}',
    '{{ end }}',
    '{{ $x }}',
    '{{ "a }}',
    '{{ 1 | 2 }}',
    '{{ else }}',
    '{{ template }}',
    '{{ (1 }}',
    '{{ break }}',
    '{{ range $a, $b, $c := 1 }}{{ end }}',
    '{{/* a }}',
  ])
    assert.notEqual(checkTemplate(text, 'A'), null, text);
  assert.equal(
    checkTemplate('{{ range $i, $e := query "up" }}{{ if gt $i 3 }}{{ break }}{{ end }}{{ end }}', 'A'),
    null,
  );
});

/** Templates whose texts must be Prometheus's, over many values. */
const SAME = [
  '{{ $value }} {{ . | printf "%T" | len }} {{ $labels }}',
  '{{ humanize $value }} {{ humanize1024 $value }} {{ humanizePercentage $value }}',
  '{{ humanizeDuration $value }}',
  '{{ printf "%.2f %.0f %e %g %8.3f|%-8.1f|%+.1f|%08.2f" $value $value $value $value $value $value $value $value }}',
  '{{ printf "%v %s %q %d %t %x %5d|%-5d|%05d %c %%" $value "a" "b\\n" 42 true "hi" 7 7 7 65 }}',
  '{{ printf "%d %s" 1 }} {{ printf "%d" 1 2 }} {{ printf "%!" }} {{ printf "%z" 1 }} {{ printf "%s" 1 }} {{ printf "%d" "a" }}',
  '{{ title "foo bar-baz_x o\'neil" }} {{ toUpper "aé" }} {{ toLower "AÉ" }}',
  '{{ match "^e.*d$" "etcd" }} {{ match "x" $labels.n }} {{ reReplaceAll "(a)(?P<n>b)" "<$2${n}$1$$$x>" "abcab" }}',
  '{{ stripPort "a.b:1" }} {{ stripPort "[::1]:2" }} {{ stripPort "a" }} {{ stripDomain "a.b.c:1" }} {{ stripDomain "1.2.3.4:5" }} {{ stripDomain "a.b" }} {{ stripDomain "[::1]:2" }}',
  '{{ parseDuration "1h30m" }} {{ graphLink "up{a=\\"b c\\"}" }} {{ tableLink "a+b" }} {{ safeHtml "<b>" }}',
  '{{ if gt $value 1.0 }}big{{ else if lt $value 0.0 }}negative{{ else }}small{{ end }}',
  '{{ if eq $value 1.0 5.0 }}one{{ end }}{{ if ne $labels.n "3" }}other{{ end }}{{ if and (ge $value 0.0) (le $value 10.0) }}in{{ end }}',
  '{{ if or false "" 0 }}a{{ else }}b{{ end }} {{ and 1 "" }} {{ or 0 "x" }} {{ not 0.0 }} {{ not $labels }}',
  '{{ eq 1 1.0 }}',
  '{{ lt "a" 1 }}',
  '{{ range query "sort_desc(q)" }}{{ . | label "a" }}={{ . | value }} {{ .Labels.zone }};{{ end }}',
  '{{ range $i, $e := query "sort_desc(q)" }}{{ $i }}:{{ $e.Value }},{{ end }}',
  '{{ range sortByLabel "zone" (query "sort_desc(q)") }}{{ .Labels.a }}{{ end }}',
  '{{ with query "sort_desc(q)" }}{{ . | first | value | humanize }}{{ end }}{{ with query "none" }}x{{ else }}empty{{ end }}',
  '{{ query "none" | first }}',
  '{{ range query "none" }}x{{ else }}nothing{{ end }} {{ len (query "sort_desc(q)") }} {{ (index (query "sort_desc(q)") 1).Labels.a }}',
  '{{ (query "sort_desc(q)" | first).Labels.a }} {{ first (query "sort_desc(q)") | strvalue }}|{{ (query "sort_desc(q)" | first).Value }}',
  '{{ range $k, $v := $labels }}{{ $k }}={{ $v }},{{ end }} {{ len $labels }} {{ index $labels "n" }} {{ index $labels "none" }}|',
  '{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ $x := 3 }}{{ end }}{{ $x }} {{ $y := "a" | toUpper }}{{ $y }}',
  '{{ define "t" }}[{{ .arg0 }} {{ .arg1 }} {{ .arg2 }}]{{ end }}{{ template "t" (args 1 "b") }}',
  '{{ template "none" }}',
  '{{ slice "abcdef" 1 3 }} {{ len "aé" }} {{ index "abc" 1 }} {{ print 1 2 "a" "b" 3 4.5 nil }} {{ println "x" 1 }}',
  '{{ html "<a href=\'x\'>&" }} {{ js "it\'s <b> \\"q\\" = é" }} {{ urlquery "a b&c/é~!*()" }} {{ 1 | print }}',
  '{{ 0x1F }} {{ 0b101 }} {{ 0o17 }} {{ 1_000 }} {{ 1e3 }} {{ .5 }} {{ -3 }} {{ \'a\' }} {{ `raw\\n` }} {{ "\\u00e9\\x41\\101" }} {{ true }}',
  '{{ nil }}',
  '{{ $labels.n.m }}',
  '{{ .Nope }}',
  '{{ index $labels 1 }}',
  '{{ range 3.5 }}{{ end }}',
  '{{ humanize true }}',
  '{{ 5 | humanize }} {{ "1500" | humanize }} {{ "0x" | humanize }}',
  'plain } text }} {{ "{{" }}',
  'a {{- 1 -}} b {{- /* c */ -}} d',
  '{{ range $i, $e := query "sort_desc(q)" }}{{ if eq $i 1 }}{{ break }}{{ end }}{{ $e.Value }}{{ continue }}x{{ end }}',
  '{{ block "b" $value }}<{{ . }}>{{ end }}',
  '{{ if eq $labels.n "3" }}{{ else if true }}c{{ else }}d{{ end }}',
  '{{ toTime 1700000000.25 }} {{ humanizeTimestamp $value }}',
];
const VALUES = [
  '0',
  '-0',
  '1',
  '-1',
  '5',
  '0.125',
  '0.1',
  '123.45678',
  '999.96',
  '1000',
  '1024',
  '1048576',
  '1234567.8',
  '123456789',
  '1e-7',
  '-0.00045',
  '59.9994',
  '60',
  '86400',
  '-90061',
  '1e21',
  '1e300',
  '5e-324',
  '2.5',
  '0.00000000123',
  '1700000000.123',
  'NaN',
  'Inf',
  '-Inf',
];

/** What a value reads as in a series of a unit test. */
const numberOf = (text: string): number => Number(text.replace('Inf', 'Infinity'));

/** Spans that do not fit into 64 bits come out of Prometheus as whatever its processor makes of them. */
const isCompared = (text: string, value: number): boolean =>
  !text.includes('humanizeDuration') || Math.abs(value) < 2 ** 63 || !Number.isFinite(value);

void test('every text is the one that Prometheus makes', { skip: !hasPromtool }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'quorate-templates-'));
  const cases = SAME.map((text, index) => ({
    alert: `A${index}`,
    text,
    values: VALUES.map((value, n) => ({ n: String(n), value: numberOf(value) })).filter(({ value }) =>
      isCompared(text, value),
    ),
  }));
  const rules = cases.map(({ alert, text, values }) => ({
    alert,
    expr: `v{n=~"${values.map(({ n }) => n).join('|')}"}`,
    annotations: { t: text },
  }));
  writeFileSync(path.join(folder, 'r.yml'), stringify({ groups: [{ name: 'g', rules }] }));
  const same = createTemplates({
    externalLabels: {},
    externalUrl: '',
    query: (expr) => (expr === 'sort_desc(q)' ? vector : []),
  });
  const tests = [
    {
      interval: '1m',
      input_series: [
        ...VALUES.map((value, n) => ({ series: `v{n="${n}"}`, values: `${value} ${value}` })),
        ...vector.map(({ labels: { a, zone }, value }) => ({
          series: `q{a="${a}",zone="${zone}"}`,
          values: `${value}x2`,
        })),
      ],
      alert_rule_test: cases.map(({ alert, text, values }) => ({
        alertname: alert,
        eval_time: '1m',
        exp_alerts: values.map(({ n, value }) => ({
          exp_labels: { n },
          exp_annotations: { t: same.expand(alert, text, { labels: { __name__: 'v', n }, value }, 60_000) },
        })),
      })),
    },
  ];
  writeFileSync(path.join(folder, 't.yml'), stringify({ rule_files: ['r.yml'], tests }, { lineWidth: 0 }));
  const ran = spawnSync('promtool', ['test', 'rules', path.join(folder, 't.yml')], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  rmSync(folder, { recursive: true });
  writeFileSync('/tmp/promtool.out', ran.stdout + ran.stderr);
  assert.equal(ran.status, 0, `${ran.stdout}${ran.stderr}`.slice(0, 20_000));
});

void test('a template that would never end, or fill the memory, is stopped', () => {
  const stopped = [
    '{{ define "a" }}{{ template "a" }}{{ end }}{{ template "a" }}',
    '{{ define "a" }}{{ tmpl "a" 1 }}{{ end }}{{ tmpl "a" 1 }}',
    `{{ $x := "aaaaaaaaaaaaaaaa" }}${'{{ $x = print $x $x }}'.repeat(40)}{{ $x }}`,
    `{{ $x := args 1 1 }}${'{{ $x = args $x $x }}'.repeat(40)}{{ $x }}`,
    `{{ $x := args 1 1 }}${'{{ $x = args $x $x }}'.repeat(40)}{{ printf "%v" $x }}{{ eq $x $x }}`,
    '{{ printf "%1000000d" 1 }}',
    `${'{{ range $labels }}'.repeat(30)}x${'{{ end }}'.repeat(30)}`,
    '{{ ('.repeat(5000),
    '{{ if true }}'.repeat(5000),
    `{{ define "a" }}${'{{ if true }}'.repeat(36)}{{ template "a" }}${'{{ end }}'.repeat(36)}{{ end }}{{ template "a" }}`,
    `{{ reReplaceAll "(a*)*b" "x" "${'a'.repeat(10_000)}" | len }}{{ nope }}`,
  ];
  for (const text of stopped) assert.match(expand(text), /^<error expanding template: /, text.slice(0, 80));
  assert.equal(expand('{{ define "a" }}[{{ . }}]{{ end }}{{ 1 | tmpl "a" }}'), '[1]');
});

void test('any template ends, and is refused when read exactly when it is refused when expanded', () => {
  const piece = fc.constantFrom(
    '{{',
    '}}',
    '{{-',
    '-}}',
    ' ',
    '\n',
    'if',
    'else',
    'end',
    'range',
    'with',
    'define "a"',
    'template "a"',
    '$x',
    ':=',
    '=',
    '|',
    '.',
    '.Labels',
    '$labels.n',
    '(',
    ')',
    '"a"',
    '`',
    '"',
    '1',
    '1.5',
    'query "sort_desc(q)"',
    'first',
    'index',
    'len',
    'printf "%v"',
    'args',
    '/*',
    '*/',
    'break',
    'nil',
    'eq',
    ',',
    '{{ end }}',
    '{{ if . }}',
    '{{ range $labels }}',
  );
  const text = fc.oneof(
    fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(' ')),
    fc.string({ unit: 'binary' }).map((inner) => `{{${inner}}}`),
  );
  fc.assert(
    fc.property(text, (source) => {
      const expanded = expand(source);
      const refused = checkTemplate(source, 'A');
      if (refused !== null)
        assert.equal(expanded, `<error expanding template: error parsing template __alert_A: ${refused}>`);
      else assert.ok(!expanded.startsWith('<error expanding template: error parsing'));
    }),
    { numRuns: 2000 },
  );
});

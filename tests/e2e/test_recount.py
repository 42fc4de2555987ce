"""
A second reader: recounts a package with the Python standard library alone.

From the rows of its CSV files it works out every number of summary.json and of both languages of report.html; from the raw
delivery files it judges volumes, security groups and buckets at ten moments and compares with the rows that cover them. Where the
recorders' table says that nothing is known, it looks for the row that says so of each rule and type.
"""
import collections
import csv
import datetime
import glob
import gzip
import html.parser
import io
import json
import os
import re

from common import FORGOTTEN, ROOT, STOP, check, done, folder, plant, run

VERDICTS = ['COMPLIANT', 'NON_COMPLIANT', 'NOT_APPLICABLE', 'INSUFFICIENT_DATA', 'ERROR']
WORST = ['NON_COMPLIANT', 'ERROR', 'INSUFFICIENT_DATA', 'COMPLIANT', 'NOT_APPLICABLE']
DAY = 86400 * 10**9
WHEN = re.compile(r'from (\S+) to (\S+) \([^()]*\), (goes on|then [^,;]+)')


def ns(text):
    """Nanoseconds since 1970."""
    whole, _, part = text.rstrip('Z').partition('.')
    moment = datetime.datetime.strptime(whole, '%Y-%m-%dT%H:%M:%S').replace(tzinfo=datetime.timezone.utc)
    return int(moment.timestamp()) * 10**9 + int((part or '0').ljust(9, '0'))


def share(part, whole):
    """In 1/100 percent, rounded down."""
    return part * 10000 // whole


class Tables(html.parser.HTMLParser):
    """The tables of a report by language and class: rows of cell texts, rowspans filled in; and the words of each language."""

    def __init__(self):
        super().__init__()
        self.lang, self.cell, self.row, self.name, self.spans, self.text = None, None, None, None, {}, []
        self.tables = collections.defaultdict(list)
        self.words = collections.defaultdict(list)

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == 'main':
            self.lang = a['lang']
        elif tag == 'table':
            self.tables[self.lang, a.get('class')].append([])
            self.name, self.spans = a.get('class'), {}
        elif tag == 'tr':
            self.row = []
        elif tag in ('td', 'th') and self.row is not None:
            self.fill()
            self.cell, self.text = int(a.get('rowspan', 1)), []
        elif tag == 'br' and self.cell:
            self.text.append('\n')

    def fill(self):
        while self.spans.get(len(self.row), (0, ''))[0] > 0:
            left, text = self.spans[len(self.row)]
            self.spans[len(self.row)] = (left - 1, text)
            self.row.append(text)

    def handle_endtag(self, tag):
        if tag in ('td', 'th') and self.cell:
            text = ''.join(self.text).strip()
            if self.cell > 1:
                self.spans[len(self.row)] = (self.cell - 1, text)
            self.row.append(text)
            self.cell = None
        elif tag == 'tr' and self.name:
            self.fill()
            self.tables[self.lang, self.name][-1].append(self.row)
            self.row = None
        elif tag == 'table':
            self.name = None

    def handle_data(self, data):
        self.words[self.lang].append(data)
        if self.cell:
            self.text.append(data)

    def rows(self, lang, name):
        """Of all tables of this class, without their heads."""
        return [r for table in self.tables[lang, name] for r in table[1:]]


class Package:
    def __init__(self, home):
        self.home = home
        self.reports = os.path.join(home, 'compliance-reports/2026/01')
        self.summary = json.load(open(os.path.join(self.reports, 'summary.json'), encoding='utf-8'))
        self.manifest = json.load(open(os.path.join(home, 'manifest.json'), encoding='utf-8'))
        names = [os.path.relpath(p, self.reports) for p in glob.glob(self.reports + '/*.csv')]
        self.csv = {n: self.read(os.path.join(self.reports, n)) for n in names}
        self.csv['deliveries.csv'] = self.read(os.path.join(home, 'deliveries.csv'))
        self.json = json.load(open(os.path.join(self.reports, 'non-compliant-resources.json'), encoding='utf-8'))
        self.page = Tables()
        self.page.feed(open(os.path.join(self.reports, 'report.html'), encoding='utf-8').read())
        self.page.close()
        self.start, self.end = (ns(self.summary['period'][k]) for k in ('from', 'to'))
        self.rows = []
        for kind in ('non-compliant', 'compliant', 'undetermined', 'not-applicable'):
            for r in self.csv[kind + '-resources.csv']:
                when = WHEN.findall(r['annotation'])[-1]
                self.rows.append(dict(r, begin=ns(when[0]), stop=ns(when[1]), then=when[2]))

    @staticmethod
    def read(path):
        return list(csv.DictReader(io.StringIO(open(path, encoding='utf-8', newline='').read(), newline=''), strict=True))


def key(row):
    return tuple(row[k] for k in ('rule_name', 'account_id', 'region', 'resource_type', 'resource_id'))


def counts(verdicts):
    n = collections.Counter(verdicts)
    decided = n['COMPLIANT'] + n['NON_COMPLIANT']
    made = {'resources': len(verdicts), **{v: n[v] for v in VERDICTS}, 'decided': decided}
    made['compliant_percent_of_decided'] = share(n['COMPLIANT'], decided) / 100 if decided else None
    return made


def over_period(rows):
    seen = collections.defaultdict(set)
    for r in rows:
        seen[key(r)].add(r['compliance'])
    return counts([next(w for w in WORST if w in v) for v in seen.values()])


def at_end(p, rows):
    return counts([r['compliance'] for r in rows if r['stop'] == p.end])


def same(name, seen, expected):
    check(name, seen == expected, f'the package says {seen!r}, the rows give {expected!r}')


def recount_summary(p):
    s = p.summary
    keys = [key(r) + (r['begin'],) for r in p.rows]
    check('no-stretch-twice', len(set(keys)) == len(keys))
    by = collections.defaultdict(list)
    for r in p.rows:
        by[key(r)].append((r['begin'], r['stop']))
    check('stretches-do-not-overlap', all(a[1] <= b[0] for v in by.values() for a, b in zip(sorted(v), sorted(v)[1:])))
    same('over-period', s['over_period'], over_period(p.rows))
    same('at-end', s['at_end'], at_end(p, p.rows))
    per_rule = collections.Counter()
    for d in {key(d) for d in p.csv['disagreements.csv']}:
        per_rule[d[0]] += 1
    for r in s['rules']:
        mine = [x for x in p.rows if x['rule_name'] == r['name']]
        same(f'rule {r["name"]} over period', r['over_period'], over_period(mine))
        same(f'rule {r["name"]} at end', r['at_end'], at_end(p, mine))
        same(f'rule {r["name"]} findings', r['findings'], len(mine))
        same(f'rule {r["name"]} disagreements', r['disagreements'], per_rule[r['name']])
    for part in ('over_period', 'at_end'):
        for k in ['resources', 'decided'] + VERDICTS:
            same(f'sum over rules {part} {k}', sum(r[part][k] for r in s['rules']), s[part][k])
    same('rules', s['pack']['rules'], len(s['rules']))
    for name, n in s['rows'].items():
        same('rows ' + name, n, len(p.rows) if name == 'findings' else
             len(p.json['findings']) if name.endswith('.json') else len(p.csv[name]))
    same('total-non-compliant', p.json['totalNonCompliant'], len(p.csv['non-compliant-resources.csv']))
    same('disagreements', s['disagreements'], len(p.csv['disagreements.csv']))
    same('quarantined', s['quarantined'], len(p.csv['quarantine.csv']))
    m = p.manifest['counts']
    same('manifest', {k: m[k] for k in ('deliveries', 'rules', 'findings', 'non_compliant', 'compliant', 'undetermined',
                                        'not_applicable', 'quarantined')},
         {'deliveries': len(p.csv['deliveries.csv']), 'rules': len(s['rules']), 'findings': len(p.rows),
          'quarantined': len(p.csv['quarantine.csv']),
          **{k: len(p.csv[k.replace('_', '-') + '-resources.csv'])
             for k in ('non_compliant', 'compliant', 'undetermined', 'not_applicable')}})
    same('manifest-files', m['files'], sum(len(f) for _, _, f in os.walk(p.home)) - 2)


def recount_deficiencies(p):
    broken = [r for r in p.rows if r['compliance'] == 'NON_COMPLIANT']
    rows = p.csv['deficiencies.csv']
    same('deficiencies are the rows', [(key(r), ns(r['from']), ns(r['to'])) for r in rows],
         [(key(r), r['begin'], r['stop']) for r in broken])
    same('deficiency-numbers', [int(r['number']) for r in rows], list(range(1, len(rows) + 1)))
    same('deficiency-states', [(r['state'], r['then']) for r in rows],
         [('open', '') if r['then'] == 'goes on' else ('over', r['then'][len('then '):]) for r in broken])
    same('deficiency-durations', [int(r['duration_seconds']) for r in rows],
         [(r['stop'] - r['begin']) // 10**9 for r in broken])
    next_of = collections.defaultdict(list)
    for r in p.rows:
        next_of[key(r)].append(r)
    wrong = []
    for r in broken:
        after = [x['compliance'] for x in next_of[key(r)] if x['begin'] == r['stop']]
        then = r['then'].removeprefix('then ')
        good = {'goes on': r['stop'] == p.end, 'unknown since': after == ['INSUFFICIENT_DATA'],
                'unknown for a time': after == ['INSUFFICIENT_DATA']}.get(then, after == [then] if then in VERDICTS else after != ['COMPLIANT'])
        if not good:
            wrong.append((key(r), r['then'], after))
    check('what-followed-is-the-next-row', not wrong, wrong[:3])
    same('non-compliant-when-last-known', p.summary['non_compliant_when_last_known'],
         sum(r['then'] == 'then unknown since' for r in broken))


def known(p, r, deliveries):
    """Of one recorder, from coverage.csv and deliveries.csv: nanoseconds of the period that are known; silent spans."""
    first, last = ns(r['first']), ns(r['last'])
    away = [tuple(ns(t) for t in s.split('/')) for s in r['stopped'].split()]
    moments = sorted(ns(d['as_of']) for d in deliveries if d['as_of'])
    silent = [(a + 1, b) for a, b in zip(moments, moments[1:]) if b - a > 25 * 3600 * 10**9]
    spans = sorted(away + silent + [(last + 1, max(p.end, last + 1))])
    at, total = max(first, p.start), 0
    for begin, stop in spans:
        total += max(0, min(begin, p.end) - at)
        at = max(at, stop)
    return total + max(0, p.end - at), silent


def recount_recorders(p):
    rows, recorders = p.csv['coverage.csv'], p.summary['recorders']
    same('recorders', [(r['account_id'], r['region']) for r in recorders], [(r['account_id'], r['region']) for r in rows])
    for r, s in zip(rows, recorders):
        name = f'{r["account_id"]} {r["region"]} '
        mine = [d for d in p.csv['deliveries.csv'] if (d['account_id'], d['region']) == (r['account_id'], r['region'])]
        ns_known, silent = known(p, r, mine)
        same(name + 'known', s['known_percent'], share(ns_known, p.end - p.start) / 100)
        same(name + 'known csv', r['known_percent'], f'{s["known_percent"]:.2f}')
        shots = sorted(ns(d['as_of']) for d in mine if d['kind'] == 'snapshot' and d['complete'] == 'yes')
        gaps = [b - a for a, b in zip(shots, shots[1:]) if b > p.start and a < p.end]
        same(name + 'longest silence', s['longest_silence_seconds'], max(gaps, default=0) // 10**9)
        same(name + 'silent at end', (r['silent_at_end'], s['silent_at_end']),
             ('yes', True) if ns(r['last']) < ns(p.summary['evidence_until']) - DAY else ('no', False))
        clip = [(max(a, p.start), min(b, p.end)) for a, b in silent if max(a, p.start) < min(b, p.end)]
        same(name + 'silent spans', [(ns(x['from']), ns(x['to'])) for x in s['silent']], clip)
        for kind in ('stopped', 'silent'):
            same(name + kind, r[kind], ' '.join(f'{x["from"]}/{x["to"]}' for x in s[kind]))
            same(name + kind + ' number', int(r[kind + '_spans']), len(s[kind]))
        for k in ('first', 'last', 'snapshots', 'history_files', 'other_deliveries', 'longest_silence_seconds'):
            same(name + k, str(s[k]), r[k])


def types_of(p, rule):
    """The resource types that a computed rule of the package looks at: its own, within the pack's scope."""
    text = open(os.path.join(p.home, 'rules', rule['identifier'] + '.yaml'), encoding='utf-8').read()
    own = re.findall(r'^  - (AWS::\S+)$', text.split('\ntypes:\n')[1].split('\n\n')[0].split('\ntrigger:')[0], re.M)
    scope = rule['scope']
    return [t for t in own if t in scope or not scope]


def unknown_spans(p):
    """By recorder: from its first delivery on, when nothing is known of it. Only from coverage.csv and deliveries.csv."""
    made = {}
    for r in p.csv['coverage.csv']:
        mine = [d for d in p.csv['deliveries.csv'] if (d['account_id'], d['region']) == (r['account_id'], r['region'])]
        _, silent = known(p, r, mine)
        away = [tuple(ns(t) for t in s.split('/')) for s in r['stopped'].split()]
        begin = max(ns(r['first']), p.start)
        spans = away + silent + [(ns(r['last']) + 1, p.end)]
        made[r['account_id'], r['region']] = [(max(a, begin), min(b, p.end)) for a, b in spans if max(a, begin) < min(b, p.end)]
    return made


def recount_silence(p, account, region):
    """No rule is silent of a place and moment of which nothing is known, and none says so of one that is known."""
    spans = unknown_spans(p)
    firsts = {(r['account_id'], r['region']): ns(r['first']) for r in p.csv['coverage.csv']}
    rows = collections.defaultdict(list)
    for r in p.rows:
        rows[r['rule_name'], r['account_id'], r['region']].append(r)
    moments = sorted({p.start + i * (p.end - p.start) // 40 + 977 for i in range(40)} |
                     {(a + b) // 2 for s in spans.values() for a, b in s} | {p.end - 1})
    computed = [r for r in p.summary['rules'] if r['evaluated_by'] == 'beleg']
    seen = collections.Counter()
    for rule in computed:
        wrong = []
        types = types_of(p, rule)
        check(f'{rule["name"]} looks at types', types)
        for place, off in spans.items():
            regional = [t for t in types if not t.startswith('AWS::IAM::')]
            for at in moments:
                is_off = any(a <= at < b for a, b in off)
                over = [r for r in rows[rule['name'], *place] if r['begin'] <= at < r['stop']]
                whole = [r for r in over if r['resource_type'] == 'AWS::::Account']
                if len(whole) > 1 or any(r['compliance'] != 'INSUFFICIENT_DATA' for r in whole):
                    wrong.append(('not one', place, at))
                if not is_off and at >= firsts[place] and whole:
                    wrong.append(('known', place, at, whole[0]['annotation'][:80]))
                for t in regional if is_off else ():
                    own = [r for r in over if r['resource_type'] == t]
                    named = [r for r in whole if t in r['annotation'].split(': ')[0].split(', ')]
                    seen['resources' if own else 'place'] += 1
                    if not own and not named or any(r['compliance'] != 'INSUFFICIENT_DATA' for r in own):
                        wrong.append(('silent', t, place, at, len(own)))
        for one in {a for a, _ in spans} if any(t.startswith('AWS::IAM::') for t in types) else ():
            mine = [k for k in spans if k[0] == one]
            for at in moments:
                if all(at >= firsts[k] and any(a <= at < b for a, b in spans[k]) for k in mine) and not [
                        r for r in rows[rule['name'], one, 'global'] if r['begin'] <= at < r['stop']]:
                    wrong.append(('silent', 'IAM', one, at))
        check(f'{rule["name"]} is never silent where nothing is known', not wrong, f'{len(wrong)}: {wrong[:2]}')
    check('resources and places spoke', seen['resources'] > 20 and seen['place'] > 20, dict(seen))
    for rule in computed:
        if not all(t.startswith('AWS::IAM::') for t in types_of(p, rule)):
            mine = [(r['begin'], r['stop']) for r in rows[rule['name'], account, region] if 'recorder-stopped' in r['annotation']]
            same(f'{rule["name"]} of the planted stop', mine, [(ns(STOP[0]), ns(STOP[1]))])
    for rule in p.summary['rules']:
        mine = [(r['begin'], r['stop'], r['resource_id']) for r in rows[rule['name'], FORGOTTEN, '*'] if 'no-recorder' in r['annotation']]
        same(f'{rule["name"]} of the forgotten account', mine, [(ns('2026-01-10T00:00:00Z'), p.end, FORGOTTEN)])


def recount_population(p, tree):
    listed = [a['Id'] for a in json.load(open(os.path.join(tree, 'organization/list-accounts.json')))['Accounts']]
    missing = set(listed) - {r['account_id'] for r in p.summary['recorders']}
    mine = p.summary['population']
    same('population', (mine['accounts_listed'], mine['accounts_never_delivered']), (len(listed), len(missing)))
    used = [d for d in p.csv['deliveries.csv'] if d['position'] == str(mine['account_list_position'])]
    check('the account list is among the deliveries', len(used) == 1 and used[0]['key'].endswith('list-accounts.json'), used)
    for lang in ('de', 'en'):
        words = ''.join(''.join(p.page.words[lang]).split()).replace('.', '').replace(',', '')
        check(f'{lang} population', re.search(rf'osition{mine["account_list_position"]}\)\D*{len(listed)}\D*{len(missing)}\D', words) is not None)


def number(text):
    return int(re.sub(r'[.,\s]', '', text))


def percent(bp, lang):
    """As the report shows it: one decimal, rounded down."""
    text = f'{bp // 100}.{bp % 100 // 10}'
    return text.replace('.', ',') + '\u00a0%' if lang == 'de' else text + '%'


def recount_report(p, lang):
    s, page = p.summary, p.page
    words = ' '.join(''.join(page.words[lang]).split())
    squeezed = words.replace(' ', '')

    def says(name, *parts):
        """One sentence: its numbers in their order."""
        pattern = '[^0-9]*?'.join(re.escape(str(x)) for x in parts).replace(r'\ ', r'\s*')
        check(f'{lang} {name}', re.search(r'(?<![0-9])' + pattern + r'(?![0-9])', squeezed) is not None, f'no {parts!r}')

    def show(n):
        return f'{n:,}'.replace(',', '.' if lang == 'de' else ',')

    def pct(c):
        return percent(share(c['COMPLIANT'], c['decided']), lang).replace('\u00a0', '').replace(' ', '')

    o, e = s['over_period'], s['at_end']
    says('scope', show(len(s['rules'])), show(o['resources']))
    says('compliant', show(o['COMPLIANT']), show(o['decided']))
    says('share over period', pct(o), show(e['COMPLIANT']))
    says('share at end', show(e['COMPLIANT']), show(e['decided']), pct(e))
    says('non-compliant', show(o['NON_COMPLIANT']), show(e['NON_COMPLIANT']), show(s['non_compliant_when_last_known']))
    says('undetermined', show(o['INSUFFICIENT_DATA'] + o['ERROR']), show(e['INSUFFICIENT_DATA'] + e['ERROR']))
    mean = sum(round(r['known_percent'] * 100) for r in s['recorders']) // len(s['recorders'])
    says('coverage', len(s['recorders']), len({r['account_id'] for r in s['recorders']}),
         len({r['region'] for r in s['recorders']}), percent(mean, lang).replace('\u00a0', '').replace(' ', ''))
    says('gaps', sum(bool(r['stopped']) for r in s['recorders']), sum(bool(r['silent']) for r in s['recorders']),
         sum(r['silent_at_end'] for r in s['recorders']))
    undetermined = lambda c: c['INSUFFICIENT_DATA'] + c['ERROR']
    columns = lambda c: [c['COMPLIANT'], c['NON_COMPLIANT'], undetermined(c), c['NOT_APPLICABLE']]
    bars = page.rows(lang, 'bars')
    same(lang + ' bars', [[r[0]] + [number(x) for x in r[2:6]] for r in bars],
         [[r['name']] + columns(r['over_period']) for r in s['rules']])
    matrix = page.rows(lang, 'matrix')
    same(lang + ' matrix', [[r[1].split('\n')[0]] + [number(x) for x in r[4:9]] for r in matrix],
         [[r['name'], c['resources']] + columns(c) for r in s['rules'] for c in (r['over_period'], r['at_end'])])
    same(lang + ' matrix numbers', [number(r[0]) for r in matrix], [i // 2 + 1 for i in range(2 * len(s['rules']))])
    for r, c in zip(matrix, [c for r in s['rules'] for c in (r['over_period'], r['at_end'])]):
        if c['decided']:
            of = [number(x) for x in re.findall(r'\(([\d.,]+) \w+ ([\d.,]+)\)', r[9])[0]]
            same(f'{lang} matrix share {r[0]} {r[3]}', (re.sub(r'\s', '', r[9].split('(')[0]), of),
                 (re.sub(r'\s', '', percent(share(c['COMPLIANT'], c['decided']), lang)), [c['COMPLIANT'], c['decided']]))
    same(lang + ' recorders', [[r[0], r[1]] + [number(x) for x in r[4].split(' / ')] + [re.sub(r'\s', '', r[6])]
                               for r in page.rows(lang, 'recorders')],
         [[r['account_id'], r['region'], r['snapshots'], r['history_files'], r['other_deliveries'],
           re.sub(r'\s', '', percent(round(r['known_percent'] * 100), lang))] for r in s['recorders']])
    same(lang + ' gaps', len(page.rows(lang, 'gaps')), sum(len(r['stopped']) + len(r['silent']) for r in s['recorders']))
    same(lang + ' silent', len(page.rows(lang, 'silent')), sum(r['silent_at_end'] for r in s['recorders']))
    regions = collections.Counter(r['account_id'] for r in s['recorders'])
    shots = collections.Counter()
    for r in s['recorders']:
        shots[r['account_id']] += r['snapshots']
    same(lang + ' accounts', [[r[0], number(r[2]), number(r[3])] for r in page.rows(lang, 'accounts')],
         [[a, regions[a], shots[a]] for a in regions])
    recount_lists(p, lang)


def recount_lists(p, lang):
    page, rows = p.page, p.csv['deficiencies.csv']
    kinds = [lambda r: r['state'] == 'open', lambda r: r['then'] == 'unknown since',
             lambda r: r['state'] == 'over' and r['then'] != 'unknown since']
    lists = [t[1:] for t in page.tables[lang, 'findings']]
    expected = [x for x in [[r for r in rows if k(r)] for k in kinds] if x]
    same(lang + ' lists', [[number(r[0]) for r in t] for t in lists], [[int(r['number']) for r in t[:500]] for t in expected])
    for shown, true in zip(lists, expected):
        same(f'{lang} list of {true[0]["state"]} {true[0]["then"]}'.strip(), [[r[1], r[2].split('\n')] for r in shown],
             [[r['rule_name'], [r['account_id'], r['region']]] for r in true[:500]])
    undetermined = p.csv['undetermined-resources.csv']
    reason = lambda r: re.findall(r'; reason: ([a-z-]+)', r['annotation'])[-1]
    groups = collections.Counter((r['rule_name'], reason(r)) for r in undetermined)
    same(lang + ' undetermined', {(r[0], r[2].split('\n')[-1]): number(r[3]) for r in page.rows(lang, 'reasons')}, dict(groups))
    todo = collections.Counter(reason(r) for r in undetermined)
    same(lang + ' what to do', {r[0].split('\n')[-1]: number(r[1]) for r in page.rows(lang, 'todo')}, dict(todo))
    check(f'{lang} what to do is said', all(len(r[2]) > 20 for r in page.rows(lang, 'todo')))
    same(lang + ' disagreements', [r[0] for r in page.rows(lang, 'disagreements')],
         [r['rule_name'] for r in p.csv['disagreements.csv'][:500]])


# ---- Three rules from the raw deliveries ------------------------------------------------------------------------------------

def volume(item):
    c = item['configuration']
    if not any(a['state'] in ('attached', 'attaching', 'detaching', 'busy') for a in c['attachments']):
        return 'NOT_APPLICABLE'
    return 'COMPLIANT' if c['encrypted'] else 'NON_COMPLIANT'


def group(item):
    for perm in item['configuration']['ipPermissions']:
        world = perm.get('ipRanges', []) + [r['cidrIp'] for r in perm.get('ipv4Ranges', [])] + [
            r['cidrIpv6'] for r in perm.get('ipv6Ranges', [])]
        ports = range(perm.get('fromPort', 0), perm.get('toPort', 65535) + 1)
        hit = perm['ipProtocol'] == '-1' or perm['ipProtocol'] in ('tcp', '6') and (22 in ports or 3389 in ports)
        if hit and any(w.endswith('/0') for w in world):
            return 'NON_COMPLIANT'
    return 'COMPLIANT'


def bucket(item):
    """The sample's buckets have no policy that demands encryption: the default decides."""
    rules = (item['supplementaryConfiguration'].get('ServerSideEncryptionConfiguration') or {}).get('rules', [])
    return 'COMPLIANT' if any(r['applyServerSideEncryptionByDefault']['sseAlgorithm'] for r in rules) else 'NON_COMPLIANT'


JUDGED = {'AWS::EC2::Volume': ('nis2-ebs-encrypted', volume), 'AWS::EC2::SecurityGroup': ('nis2-restrict-ssh-rdp', group),
          'AWS::S3::Bucket': ('nis2-s3-sse-enabled', bucket)}


def deliveries(tree):
    """By resource: its items by capture time. By recorder: its snapshots' moments and what each held; its own states."""
    items, shots, recorder = collections.defaultdict(dict), collections.defaultdict(dict), collections.defaultdict(dict)
    for path in glob.glob(tree + '/**/*.json.gz', recursive=True):
        if '/Config/' not in path:
            continue
        try:
            data = json.load(gzip.open(path))
        except ValueError:
            continue
        parts = os.path.basename(path).split('_')
        place = (parts[0], parts[2])
        held = set()
        for item in data.get('configurationItems', []):
            name = (item['resourceType'], item['awsAccountId'], item['awsRegion'], item['resourceId'])
            capture = ns(item['configurationItemCaptureTime'])
            if name[0] == 'AWS::Config::ConfigurationRecorder':
                recorder[place][capture] = item['configuration']['Recording']
            if name[0] not in JUDGED:
                continue
            items[name][capture] = item
            held.add(name)
        if parts[3] == 'ConfigSnapshot':
            shots[place][ns(datetime.datetime.strptime(parts[4], '%Y%m%dT%H%M%SZ').strftime('%Y-%m-%dT%H:%M:%SZ'))] = held
    return items, shots, recorder


def judge(name, at, items, shots, recorder):
    """My verdict at a moment: a verdict, None (nothing there), or '?' where the deliveries do not tell."""
    place = name[1], name[2]
    moments = sorted(shots[place])
    states = [on for t, on in sorted(recorder[place].items()) if t <= at]
    if not moments or at > moments[-1] or (states and not states[-1]):
        return '?'
    before = [t for t in sorted(items[name]) if t <= at]
    if not before:
        return None
    item = items[name][before[-1]]
    if item['configurationItemStatus'].startswith('ResourceDeleted'):
        return None
    # Held by a snapshot after its capture and missing in a later one: it vanished, unless an item says how it went on.
    after = [t for t in sorted(items[name]) if t > at]
    held = [(t, name in shots[place][t]) for t in moments if before[-1] <= t]
    if any(h and t <= at for t, h in held) and any(not h and t <= at for t, h in held):
        return None
    following = [(t, h) for t, h in held if t > at][:1]
    if following and not following[0][1] and not (after and after[0] <= following[0][0]):
        return '?'
    return JUDGED[name[0]][1](item)


def recompute(p, tree):
    items, shots, recorder = deliveries(tree)
    rows = collections.defaultdict(list)
    for r in p.rows:
        if r['rule_name'] in {rule for rule, _ in JUDGED.values()}:
            rows[key(r)].append(r)
    step = (p.end - p.start) // 11
    seen = collections.Counter()
    for i in range(1, 11):
        at = p.start + i * step + 1234567
        for kind, (rule, _) in JUDGED.items():
            wrong, n = [], collections.Counter()
            names = {x for x in items if x[0] == kind} | {(k[3], k[1], k[2], k[4]) for k in rows if k[0] == rule and k[3] == kind}
            for name in names:
                mine = judge(name, at, items, shots, recorder)
                covering = [r['compliance'] for r in rows[rule, name[1], name[2], name[0], name[3]] if r['begin'] <= at < r['stop']]
                n[mine] += 1
                # Where I cannot tell, a verdict may not be there; what was never seen alive needs no row.
                good = covering in ([], ['INSUFFICIENT_DATA']) if mine == '?' else covering == ([mine] if mine else [])
                if not good:
                    wrong.append((name, mine, covering))
            seen.update(n)
            check(f'{rule} moment {i}', not wrong and n['COMPLIANT'] > 0, f'{len(wrong)} differ: {wrong[:2]}; {dict(n)}')
    check('recomputed verdicts of each kind', all(seen[v] > 5 for v in ('COMPLIANT', 'NON_COMPLIANT', 'NOT_APPLICABLE', '?')), dict(seen))


def main():
    home = folder()
    tree, store, signing, made = (os.path.join(home, n) for n in ('tree', 'store', 'key', 'package'))
    code, _, err = run('sample', tree)
    if not check('beleg sample', code == 0, err[-300:]):
        done()
    account, region = plant(tree)
    for args in (('ingest', '--store', store, tree), ('keys', 'new', signing),
                 ('package', '--store', store, '--month', '2026-01', '--pack', os.path.join(ROOT, 'packs/nis2-kritis.yaml'),
                  '--key', signing, '-o', made)):
        code, _, err = run(*args)
        if not check('beleg ' + args[0], code in (0, 2, 3), err[-300:]):
            done()
    p = Package(made)
    recount_summary(p)
    recount_deficiencies(p)
    recount_recorders(p)
    recount_silence(p, account, region)
    recount_population(p, tree)
    for lang in ('de', 'en'):
        recount_report(p, lang)
    recompute(p, tree)
    done()


if __name__ == '__main__':
    main()

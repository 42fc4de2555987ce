"""
The queries that beleg carries, each on a sample organisation: it runs, its columns are the ones it promises, and its rows are those that a second way of
asking gives (plain Python over the deliveries, or `beleg at`).
"""
import csv
import glob
import gzip
import io
import json
import os
import re

from common import ROOT, check, done, folder, run

AT = '2026-01-31T18:05:00Z'


def sql(store, *args):
    code, out, err = run('sql', '--store', store, '--format', 'csv', '-q', *args)
    check(' '.join(args)[:90], code == 0, err)
    return list(csv.DictReader(io.StringIO(out)))


def snapshot_items(org, day):
    """(account, region, item) of every snapshot of a day, straight from the files."""
    for path in glob.glob(os.path.join(org, '**', day, 'ConfigSnapshot', '*.json.gz'), recursive=True):
        account, region = re.search(r'/AWSLogs/(\d+)/Config/([\w-]+)/', path).groups()
        with gzip.open(path) as f:
            for item in json.load(f)['configurationItems']:
                yield account, region, item


def listed(store, kind, where):
    code, out, err = run('at', AT, '--store', store, '--type', kind, '--where', where, '--list', '--format', 'csv', '-q')
    check('beleg at ' + kind, code == 0, err)
    return {(r['account_id'], r['region'], r['resource_id']) for r in csv.DictReader(io.StringIO(out)) if r['known'] == 'yes'}


def key(rows, name='resourceId'):
    return {(r['accountId'], r['awsRegion'], r[name]) for r in rows}


def against_snapshots(org, store):
    items = list(snapshot_items(org, '2026/1/31'))
    wanted = {(a, r, i['resourceId']) for a, r, i in items
              if i['resourceType'] == 'AWS::EC2::Volume' and i['configuration'].get('encrypted') is False}
    rows = sql(store, '--name', 'snapshot-unencrypted-volumes', '--param', 'day=2026/01/31')
    check('volumes of a day', wanted and {(r['account_id'], r['region'], r['volume_id']) for r in rows} == wanted, rows)
    wanted = {(a, r, i['resourceId']) for a, r, i in items
              if i['resourceType'] == 'AWS::RDS::DBInstance' and i['configuration'].get('multiAZ') is False}
    rows = sql(store, '--name', 'snapshot-rds-single-az', '--param', 'day=2026-1-31')
    check('databases of a day', wanted and {(r['account_id'], r['region'], r['db_instance_id']) for r in rows} == wanted, rows)
    wanted = {}
    for a, r, i in items:
        wanted.setdefault((a, i['resourceType']), set()).add((i['resourceId'], r))
    rows = sql(store, '--name', 'snapshot-scope', '--param', 'day=2026/1/31')
    check('scope of a day', {(r['account_id'], r['resource_type']): int(r['resource_count']) for r in rows} ==
          {k: len(v) for k, v in wanted.items()}, rows[:5])


def opens_admin(item):
    def world(p):
        return any(r.get('cidrIp') == '0.0.0.0/0' for r in p.get('ipv4Ranges') or []) or \
            any(r.get('cidrIpv6') == '::/0' for r in p.get('ipv6Ranges') or [])

    def port(p):
        return str(p.get('ipProtocol')) == '-1' or (str(p.get('ipProtocol')) in ('tcp', '6') and
                                                    any(p['fromPort'] <= n <= p['toPort'] for n in (22, 3389)))
    return any(world(p) and port(p) for p in item['configuration'].get('ipPermissions') or [])


def open_ports(org, store):
    wanted = set()
    for day in range(1, 32):
        wanted |= {(a, r, i['resourceId']) for a, r, i in snapshot_items(org, f'2026/1/{day}')
                   if i['resourceType'] == 'AWS::EC2::SecurityGroup' and opens_admin(i)}
    rows = sql(store, '--name', 'snapshot-open-admin-ports')
    check('open groups of a month', wanted and {(r['account_id'], r['region'], r['sg_id']) for r in rows} == wanted, rows)


def against_at(store):
    at = ('--at', AT)
    for name, kind, where in (
            ('unencrypted-volumes', 'AWS::EC2::Volume', 'configuration.encrypted = false'),
            ('unencrypted-databases', 'AWS::RDS::DBInstance', 'configuration.storageEncrypted = false'),
            ('single-az-databases', 'AWS::RDS::DBInstance', 'configuration.multiAZ = false'),
            ('stopped-instances', 'AWS::EC2::Instance', "enum_name(configuration.state) <> 'running'")):
        check('same as beleg at: ' + name, key(sql(store, '--name', name, *at)) == listed(store, kind, where), name)
    code, out, _ = run('at', AT, '--store', store, '--by', 'account,type', '--format', 'csv', '-q')
    wanted = {(r['account_id'], r['resource_type']): int(r['counted']) for r in csv.DictReader(io.StringIO(out)) if r['counted'] != '0'}
    rows = sql(store, '--name', 'scope', *at)
    check('scope is what beleg at counts', code == 0 and
          {(r['accountId'], r['resourceType']): int(r['resources']) for r in rows} == wanted, rows[:5])


def all_run(store):
    code, out, err = run('query', '--list', '--format', 'json')
    listed_queries = json.loads(out)
    files = {os.path.basename(f)[:-4] for f in glob.glob(os.path.join(ROOT, 'queries', '*.sql'))}
    check('--list has every file', code == 0 and {q['name'] for q in listed_queries} == files and len(files) >= 24, err)
    empty = []
    for q in listed_queries:
        check('title and controls of ' + q['name'], q['title'] and q['controls'], q)
        verb = 'query' if q['language'] == 'advanced' else 'sql'
        code, out, err = run(verb, '--store', store, '--name', q['name'], '--at', AT, '--format', 'csv', '-q')
        check('runs: ' + q['name'], code == 0 and out, err)
        if len(out.splitlines()) < 2:
            empty.append(q['name'])
    # The sample plants nothing of these; every other question must find something, or it shows nothing.
    check('every other query finds something', set(empty) <= {'public-databases'}, empty)
    code, _, err = run('sql', '--store', store, '--name', 'unencrypted-volume')
    check('a misspelt name', code == 1 and 'did you mean unencrypted-volumes' in err, err)


def main():
    home = folder()
    org, store = os.path.join(home, 'org'), os.path.join(home, 'store')
    for args in (('sample', org, '-q'), ('ingest', org, '--store', store, '-q')):
        code, _, err = run(*args)
        check(' '.join(args[:1]), code == 0, err)
    all_run(store)
    against_snapshots(org, store)
    open_ports(org, store)
    against_at(store)
    done()


main()

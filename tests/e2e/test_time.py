#!/usr/bin/env python3
"""The verbs about time on the sample organisation, against what it states of itself: every story that changes a resource is in
its history and in the difference of its two sides, `at` counts what truth.json expects, and an item shown stands, byte for byte, in
the delivery that it names."""
# beleg-e2e: sanitized too
import csv
import datetime as dt
import gzip
import hashlib
import io
import json
import os
import subprocess

from common import BELEG, check, done, folder, run, run_json

SECOND = dt.timedelta(seconds=1)
# The resource types that the rule of an identifier judges.
TYPES = {'ENCRYPTED_VOLUMES': 'AWS::EC2::Volume', 'RDS_STORAGE_ENCRYPTED': 'AWS::RDS::DBInstance',
         'RDS_MULTI_AZ_SUPPORT': 'AWS::RDS::DBInstance', 'S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED': 'AWS::S3::Bucket',
         'RESTRICTED_INCOMING_TRAFFIC': 'AWS::EC2::SecurityGroup', 'DYNAMODB_PITR_ENABLED': 'AWS::DynamoDB::Table',
         'ELB_DELETION_PROTECTION_ENABLED': 'AWS::ElasticLoadBalancingV2::LoadBalancer'}
# What a story's change is seen at: a part of a path in the difference.
SEEN_AT = {'ssh-open': 'configuration.ipPermissions', 'ssh-open-ipv6': 'configuration.ipPermissions',
           'bucket-encrypted-late': 'supplementaryConfiguration.ServerSideEncryptionConfiguration',
           'tags-lost': 'tags', 'pitr-enabled': 'ontinuousBackups', 'database-made-multi-az': 'configuration.multiAZ',
           'deletion-protection-off': 'upplementaryConfiguration'}


def instant(text):
    return dt.datetime.fromisoformat(text.replace('Z', '+00:00'))


def text(moment):
    return moment.strftime('%Y-%m-%dT%H:%M:%S.%f')[:-3] + 'Z'


def raw(*args):
    return subprocess.run([BELEG, *args], capture_output=True, check=False).stdout


def choice(story):
    return ('--account', story['account'], '--region', story['region'])


def history_of(store, story):
    out = run_json('history', story['resource_type'], story['resource_id'], '-s', store, *choice(story), expect=(0,))
    return out['resources'][0]['history']


# ---- history ------------------------------------------------------------------------------


def whole(name, rows):
    """States and 'not known' of one resource: in order, states without overlap."""
    starts = [instant(r['from']) for r in rows if r['from']]
    check(f'{name} history in order', starts == sorted(starts), starts)
    states = [r for r in rows if r['kind'] == 'state' or r['reason'] == 'vanished']
    good = all(a['to'] and instant(a['to']) <= instant(b['from']) for a, b in zip(states, states[1:]))
    check(f'{name} history does not overlap', good, states)


def story_in_history(store, truth, story):
    name = story['story']
    rows = history_of(store, story)
    whole(name, rows)
    states = [r for r in rows if r['kind'] == 'state']
    if instant(story['from']) > instant(truth['from']) and name != 'access-key-90-days':
        check(f'{name} history: a state begins with it', any(r['from'] == story['from'] for r in states),
              [r['from'] for r in states])
    if 'last_seen' in story:
        last = states[-1]
        check(f'{name} history: vanished', last['ended'] == 'vanished' and rows[-1]['reason'] == 'vanished', rows[-1])
        check(f'{name} history: between the two snapshots', instant(rows[-1]['to']) == instant(story['absent_from'])
              and abs(instant(last['to'][:19] + 'Z') - instant(story['last_seen'])) < SECOND, (last, rows[-1]))
    elif story['to'] and name != 'access-key-90-days':
        ended = [r for r in states if r['to'] == story['to']]
        check(f'{name} history: a state ends with it', len(ended) == 1, [r['to'] for r in states])
    if name == 'recreated':
        gone = [r for r in states if r['status'].startswith('ResourceDeleted')]
        check('recreated history: deleted in between', [(r['from'], r['to']) for r in gone] == [(story['from'], story['to'])], gone)
        before = states[states.index(gone[0]) - 1]
        check('recreated history: the state before ended by deletion', before['ended'] == 'deleted', before)
        check('recreated history: created anew', 'resourceCreationTime' in states[states.index(gone[0]) + 1]['changed'])
    if name == 'history-late':
        told = [r for r in states if r['from'] == story['from']]
        check('history-late: told by the late file', len(told) == 1 and told[0]['delivery'].endswith(
            os.path.basename(story['file'])), told)
        position = told[0]['position']
        early = run_json('history', story['resource_type'], story['resource_id'], '-s', store, *choice(story),
                         '--known-at', str(position - 1), expect=(0,))['resources'][0]['history']
        check('history-late: not known before it came', all(r['from'] != story['from'] for r in early), early)


def stopped(store, truth, story):
    """A resource of the recorder's place: its history names the stop as unknown time."""
    listed = run_json('at', truth['expect'][0]['at'], '-s', store, '--list', *choice(story), '--type', 'AWS::EC2::VPC', expect=(0,))
    r = listed['resources'][0]
    rows = history_of(store, dict(story, resource_type=r['resource_type'], resource_id=r['resource_id']))
    whole('recorder-stopped', rows)
    gaps = [(x['from'], x['to']) for x in rows if x['kind'] == 'not-known' and x['reason'] == 'recorder-stopped']
    check('recorder-stopped in the history', gaps == [(story['from'], story['to'])], rows)
    middle = text(instant(story['from']) + (instant(story['to']) - instant(story['from'])) / 2)
    out = run_json('at', middle, '-s', store, *choice(story), expect=(0,))
    check('recorder-stopped: nothing counted', out['totals']['counted'] == 0 and out['totals']['all'] > 20
          and out['not_known'] == {'recorder-stopped': out['totals']['not_known']}, out['totals'])
    code, _, err = run('show', r['resource_type'], r['resource_id'], '-s', store, *choice(story), '--at', middle)
    check('recorder-stopped: show says so', code == 3 and 'the recorder was stopped' in err, (code, err))


def leaving(store, story):
    hour = dt.timedelta(hours=1)
    for when, known in ((instant(story['from']) - hour, True), (instant(story['from']) + hour, False)):
        out = run_json('at', text(when), '-s', store, '--account', story['account'], '--by', 'account', expect=(0,))
        row = out['counts'][0]
        check(f'account-leaves: known {known}', (row['counted'] > 0) == known and (row['not_known'] == 0) == known, row)
        check(f'account-leaves: adds up {known}', row['counted'] + row['others'] + row['not_known'] == row['all'], row)


# ---- at -----------------------------------------------------------------------------------


def expectations(store, truth):
    for e in truth['expect']:
        if e['identifier'] not in TYPES:
            continue
        name = f"at {e['at']} {e['identifier']}"
        out = run_json('at', e['at'], '-s', store, '--type', TYPES[e['identifier']], expect=(0,))
        t = out['totals']
        check(name, (t['counted'], t['not_known']) ==
              (e['compliant'] + e['non_compliant'] + e['not_applicable'], e['unknown']), (t, e))
    at = truth['expect'][-1]['at']
    e = next(e for e in truth['expect'] if e['at'] == at and e['identifier'] == 'RDS_MULTI_AZ_SUPPORT')
    out = run_json('at', at, '-s', store, '--type', 'AWS::RDS::DBInstance', '--where', 'configuration.multiAZ = true', expect=(0,))
    check('at --where counts what the rule finds', out['totals']['counted'] >= e['compliant'] > 0
          and out['totals']['all'] == sum(e[k] for k in ('compliant', 'non_compliant', 'not_applicable', 'unknown')), (out['totals'], e))


def before_all(store, truth):
    """Before anything was delivered each format says that the past is not complete."""
    at = text(instant(truth['from']) - dt.timedelta(days=1))
    out = run_json('at', at, '-s', store, expect=(0,))
    code, _, err = run('at', at, '-s', store)
    check('at: before the first delivery', out['places_not_delivered_yet'] > 2 and code == 0
          and f"{out['places_not_delivered_yet']} accounts and regions had not delivered" in err, (out['totals'], err))
    later = run_json('at', '-s', store, expect=(0,))
    check('at: all have delivered', later['places_not_delivered_yet'] == 0, later['totals'])


def formats(store, truth):
    """Counts, list and each format say the same."""
    at = truth['expect'][1]['at']
    one = run_json('at', at, '-s', store, '--by', 'region,type,account', expect=(0,))
    listed = run_json('at', at, '-s', store, '--list', expect=(0,))
    rows = list(csv.DictReader(io.StringIO(run('at', at, '-s', store, '--by', 'region,type,account', '-f', 'csv')[1])))
    check('at: csv is json', [(r['region'], r['resource_type'], r['account_id'], int(r['counted']), int(r['not_known'])) for r in rows]
          == [(r['region'], r['resource_type'], r['account_id'], r['counted'], r['not_known']) for r in one['counts']])
    check('at: the groups are the totals', all(sum(r[k] for r in one['counts']) == one['totals'][k] for k in one['totals']))
    check('at: the list is the totals', len(listed['resources']) == one['totals']['all'] + one['totals']['not_recorded'])
    code, out, err = run('at', at, '-s', store, '--type', 'AWS::EC2::Volume', env={'NO_COLOR': '1'})
    check('at: table', code == 0 and out.startswith('resource type     counted  not known  all  not recorded\nAWS::EC2::Volume'), out)
    check('at: notes on standard error', err.startswith(f'at {at}, as known at position '), err)
    check('at: quiet', run('at', at, '-s', store, '-q')[2] == '')


def errors(store, story):
    code, out, err = run('at', '-s', store, '--type', 'AWS::EC2::Volume', '--where', 'configuration.encrypted > 3')
    check('at: a condition that breaks is an error', code == 1 and '1:25: configuration.encrypted is a JSON boolean' in err
          and 'AWS::EC2::Volume vol-' in err and 'counted as not known' in err, (code, err))
    check('at: and the rest was listed', 'AWS::EC2::Volume' in out, out)
    code, out, err = run('at', '-s', store, '--type', 'AWS::EC2::Volume', '--where', 'configuration.nothing = 3', '-f', 'json')
    told = json.loads(out)
    check('at: NULL is not known', code == 0 and told['totals']['others'] == 0 and told['totals']['counted'] == 0
          and told['not_known'].get('condition-not-known', 0) > 0, told)
    wrong = story['resource_id'][:-1] + ('x' if story['resource_id'][-1] != 'x' else 'y')
    for args, words in (
            (('at', '-s', store, '--where', 'configuration.x ='), '--where, line 1 column'),
            (('at', '-s', store, '--type', 'AWS::EC2::Volumes'), 'did you mean AWS::EC2::Volume?'),
            (('at', '-s', store, '--account', '123456789012'), 'no delivery and no resource is of account 123456789012'),
            (('at', '-s', store, '--region', 'eu-centra-1'), 'no delivery and no resource is of region eu-centra-1'),
            (('diff', '2026-01-01', '2026-01-02', '-s', store, '--account', '123456789012'), 'no resource is of account 123456789012'),
            (('at', '-s', store, '--by', 'name'), '--by wants some of account, region, type'),
            (('at', '-s', store, '--by', 'type,type'), 'each once'),
            (('at', 'yesterday', '-s', store), "an instant such as 2026-01-31T12:00:00Z, a date (midnight UTC), or now, not 'yesterday'"),
            (('history', wrong, '-s', store), f"did you mean {story['resource_id']}"),
            (('history', '-s', store), 'which resource?'),
            (('show', 'AWS::EC2::Volume:999999', '-s', store), 'counted from 0'),
            (('show', story['resource_id'], '-s', store, '--at', '2001-01-01'), 'its first state begins at'),
            (('diff', '2026-01-02', '-s', store), 'two moments are wanted'),
            (('diff', '2026-01-02', '2026-01-01', '-s', store), 'the earlier moment comes first'),
            (('diff', '--period', 'January', '-s', store), '--period wants a month such as 2026-01')):
        code, out, err = run(*args)
        check(f'error of {" ".join(args[:2])} {words[:24]}', code == 1 and words in err, (code, err))


def several(store):
    """A name in several places is listed, and chosen by option."""
    code, _, err = run('history', 'default', '-s', store)
    check('history: several fit', code == 1 and 'resources fit' in err and '--account' in err
          and err.count('AWS::Config::ConfigurationRecorder default ') > 1, err)
    n = err.count('AWS::Config::ConfigurationRecorder default ')
    out = run_json('history', 'default', '-s', store, '--all', expect=(0,))
    check('history: --all', len(out['resources']) == n, len(out['resources']))
    r = out['resources'][0]
    one = run_json('history', 'default', '-s', store, '--account', r['account_id'], '--region', r['region'], expect=(0,))
    check('history: one place', one['resources'] == [r])


# ---- diff ---------------------------------------------------------------------------------


def kinds(store, one, two, *args):
    return run_json('diff', text(one), text(two), '-s', store, *args, expect=(0,))


def story_in_diff(store, truth, story):
    name = story['story']
    edge = story['to'] if story['to'] and instant(story['from']) < instant(truth['from']) else story['from']
    if name not in SEEN_AT or instant(edge) < instant(truth['from']):
        return
    out = kinds(store, instant(edge) - SECOND, instant(edge) + SECOND, *choice(story), story['resource_type'], story['resource_id'])
    (r,) = out['resources']
    check(f'diff {name}', r['kind'] == 'changed' and any(SEEN_AT[name] in c['path'] for c in r['changes']), r)
    path = next(c['path'] for c in r['changes'] if SEEN_AT[name] in c['path'])
    without = kinds(store, instant(edge) - SECOND, instant(edge) + SECOND, *choice(story), '--ignore', path,
                    story['resource_type'], story['resource_id'])
    left = [c['path'] for x in without['resources'] for c in x['changes']]
    check(f'diff {name} --ignore', left == [c['path'] for c in r['changes'] if not c['path'].startswith(path)], left)
    nothing = kinds(store, instant(edge) - SECOND, instant(edge) - SECOND, *choice(story), story['resource_type'], story['resource_id'])
    check(f'diff {name} nothing', nothing['resources'] == [] and nothing['summary'][0]['unchanged'] == 1, nothing)


def other_kinds(store, stories):
    s = stories['recreated']
    what = (*choice(s), s['resource_type'], s['resource_id'])
    hour = dt.timedelta(hours=1)
    a, b = instant(s['from']), instant(s['to'])
    for one, two, kind in ((a - hour, b + hour, 're-created'), (a - hour, a + hour, 'deleted'), (a + hour, b + hour, 'created')):
        (r,) = kinds(store, one, two, *what)['resources']
        check(f'diff: {kind}', r['kind'] == kind, r)
    s = stories['database-vanished']
    what = (*choice(s), s['resource_type'], s['resource_id'])
    (r,) = kinds(store, instant(s['last_seen']), instant(s['absent_from']) + hour, *what)['resources']
    check('diff: vanished', r['kind'] == 'vanished', r)
    (r,) = kinds(store, instant(s['last_seen']), instant(s['last_seen']) + hour, *what)['resources']
    check('diff: vanishing is not known', (r['kind'], r['reason']) == ('not-known', 'vanished'), r)
    s = stories['database-between-snapshots']
    what = (*choice(s), s['resource_type'], s['resource_id'])
    (r,) = kinds(store, instant(s['from']) - hour, instant(s['to']) + hour, *what)['resources']
    check('diff: came and went', r['kind'] == 'came-and-went', r)
    s = stories['account-joins']
    out = kinds(store, instant(s['from']) - hour, instant(s['from']) + hour, '--account', s['account'])
    check('diff: what a new account brings is not called created', out['resources']
          and {(r['kind'], r['reason']) for r in out['resources']} == {('not-known', 'before-first-delivery')},
          {(r['kind'], r['reason']) for r in out['resources']})


def sums(store):
    """The summary is the list, and each format says the same."""
    out = run_json('diff', '--period', '2026-01', '-s', store, expect=(0,))
    listed = {}
    for r in out['resources']:
        listed[r['kind']] = listed.get(r['kind'], 0) + 1
    summed = {k: sum(t[k] for t in out['summary']) for k in out['summary'][0] if k not in ('resource_type', 'unchanged')}
    check('diff: the summary is the list', {k: v for k, v in summed.items() if v} == listed, (summed, listed))
    rows = list(csv.DictReader(io.StringIO(run('diff', '--period', '2026-01', '-s', store, '-f', 'csv')[1])))
    flat = [(r['kind'], r['resource_id'], c['path'], c['op']) for r in out['resources'] for c in r['changes'] or [{'path': '', 'op': ''}]]
    check('diff: csv is json', [(r['kind'], r['resource_id'], r['path'], r['op']) for r in rows] == flat)


# ---- show ---------------------------------------------------------------------------------


def shown(store, tree, story):
    args = (story['resource_type'], story['resource_id'], '-s', store, *choice(story))
    name = story['story']
    out = run_json('show', *args, '--deliveries', expect=(0,))
    item = raw('show', *args, '--raw')
    check(f'show {name}: one line', item.endswith(b'\n') and item.count(b'\n') == 1)
    item = item[:-1]
    check(f'show {name}: sha256', hashlib.sha256(item).hexdigest() == out['sha256'])
    check(f'show {name}: the item', json.loads(item) == out['item'] and out['item']['resourceId'] == story['resource_id'])
    check(f'show {name}: by version', raw('show', out['version'], '-s', store, '--raw') == item + b'\n')
    check(f'show {name}: deliveries', len(out['deliveries']) == out['n_deliveries'] > 0)
    for d in (out['deliveries'][0], out['deliveries'][-1]):
        with open(os.path.join(tree, d['key']), 'rb') as f:
            data = f.read()
        check(f"show {name}: object {d['position']}", hashlib.sha256(data).hexdigest() == d['sha256'])
        check(f"show {name}: stands in {d['position']}", item in gzip.decompress(data))
    few = run_json('show', *args, expect=(0,))['deliveries']
    check(f'show {name}: first and last', few == [out['deliveries'][0], out['deliveries'][-1]][:min(2, out['n_deliveries'])])
    code, pretty, _ = run('show', *args)
    check(f'show {name}: pretty', code == 0 and json.loads(pretty[:pretty.index('\n}\n') + 2]) == out['item'])


def main():
    top = folder()
    tree, store = os.path.join(top, 'organisation'), os.path.join(top, 'store')
    print('# seed 1')
    code, _, err = run('sample', tree, '--seed', '1', '-q')
    check('sample', code == 0, err)
    run_json('ingest', '-s', store, tree, '-q', expect=(0,))
    with open(os.path.join(tree, 'truth.json'), encoding='utf-8') as f:
        truth = json.load(f)
    stories = {s['story']: s for s in truth['stories']}
    for name, story in stories.items():
        if 'resource_id' in story and name != 'recorder-stopped':
            story_in_history(store, truth, story)
            story_in_diff(store, truth, story)
            shown(store, tree, story)
    stopped(store, truth, stories['recorder-stopped'])
    leaving(store, stories['account-leaves'])
    expectations(store, truth)
    before_all(store, truth)
    formats(store, truth)
    errors(store, stories['bucket-encrypted-late'])
    several(store)
    other_kinds(store, stories)
    sums(store)
    done()


if __name__ == '__main__':
    main()

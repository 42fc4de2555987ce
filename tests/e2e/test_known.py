#!/usr/bin/env python3
"""What is known, asked in two ways.  As known at an older position each verb says, byte for byte, what a store says that holds only
the deliveries up to it; what `at` calls known or not is what `evaluate` judges or not; and what `diff` counts is what `at` counts."""
import collections
import csv
import datetime as dt
import gzip
import io
import json
import os
import random

from common import check, done, folder, run, run_json

# Why `at` does not know, and the verdict's reason.
REASONS = {'recorder-stopped': 'recorder-stopped', 'no-delivery': 'no-delivery', 'after-last-delivery': 'no-delivery',
           'not-seen': 'no-delivery', 'no-recorder': 'no-recorder', 'vanished': 'vanished'}


def deliveries(tree):
    """Each delivered file of the organisation, relative, sorted."""
    out = []
    for top, _, names in os.walk(tree):
        out += [os.path.relpath(os.path.join(top, n), tree) for n in names if n != 'truth.json']
    return sorted(out)


def link(tree, names, to):
    for name in names:
        path = os.path.join(to, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.link(os.path.join(tree, name), path)


def sample(top, name, seed):
    tree = os.path.join(top, name)
    code, _, err = run('sample', tree, '--seed', str(seed), '--resources', '14', '-q')
    check(f'sample {seed}', code == 0, err)
    return tree


def moments(tree, rng, n):
    with open(os.path.join(tree, 'truth.json'), encoding='utf-8') as f:
        truth = json.load(f)
    start, end = (dt.datetime.fromisoformat(truth[k].replace('Z', '+00:00')) for k in ('from', 'to'))
    out = [start + (end - start) * rng.random() for _ in range(n)]
    return sorted(m.strftime('%Y-%m-%dT%H:%M:%S.%f')[:-3] + 'Z' for m in out), truth


# ---- as known at an older position ---------------------------------------------------------


def questions(store, tree, rng):
    at, truth = moments(tree, rng, 2)
    listed = run_json('at', at[1], '-s', store, '--list', expect=(0,))['resources']
    picked = rng.sample(listed, min(12, len(listed)))
    out = [('at',), ('at', at[0], '--list'), ('at', at[1], '--by', 'account,region,type'), ('at', 'last', '--list'),
           ('at', at[1], '--type', 'AWS::EC2::Volume', '--where', 'configuration.encrypted = true', '--list'),
           ('diff', *at), ('diff', at[0], 'last'), ('coverage',), ('coverage', '--from', at[0], '--to', at[1]),
           ('coverage', '--type', 'AWS::IAM::Role'), ('coverage', '--by', 'type'), ('coverage', '--by', 'day'),
           ('history', 'AWS::Config::ConfigurationRecorder', 'default', '--all'),
           ('recorded',), ('recorded', '--at', at[0]), ('recorded', '--rule', 'nis2-ebs'),
           ('evaluate', '-p', 'nis2-kritis'), ('evaluate', '-p', 'nis2-kritis', '--at', at[0]),
           ('evaluate', '-p', 'nis2-kritis', '--at', at[1])]
    for r in picked:
        what = (r['resource_type'], r['resource_id'], '--account', r['account_id'], '--region', r['region'])
        out += [('history', *what), ('show', *what, '--deliveries'), ('show', *what, '--at', at[0]), ('show', r['version'], '--deliveries')]
    for s in truth['stories']:
        if 'resource_id' in s and s['resource_id'] != 'default':
            out += [('history', s['resource_type'], s['resource_id']), ('at', '--type', s['resource_type'])]
    return out


def older_position(top, seed):
    rng = random.Random(seed)
    tree = sample(top, f'organisation-{seed}', seed)
    names = deliveries(tree)
    late = set(rng.sample(names, len(names) // 3)) if seed % 2 else set(names[len(names) // 2:])
    parts = [os.path.join(top, f'part-{seed}-{k}') for k in (0, 1)]
    link(tree, [n for n in names if n not in late], parts[0])
    link(tree, sorted(late), parts[1])
    store = os.path.join(top, f'store-{seed}')
    run_json('ingest', '-s', store, parts[0], '-q', expect=(0, 3))
    position = run_json('at', '-s', store, expect=(0,))['position']
    asked = questions(store, tree, rng)
    before = {}
    for q in asked:
        for form in ('json', 'csv', 'table'):
            before[q, form] = run(*q, '-s', store, '-f', form)
    counted = statistics(store)
    check(f'seed {seed}: something is recorded', len(before[('recorded',), 'csv'][1].split('\n')) > 50)
    run_json('ingest', '-s', store, parts[1], '-q', expect=(0, 3))
    now = run_json('at', '-s', store, expect=(0,))['position']
    check(f'seed {seed}: more is known', now > position, (now, position))
    check(f'seed {seed}: stats as known at {position}', statistics(store, position) == counted)
    check(f'seed {seed}: stats differ today', statistics(store)[0] != counted[0])
    wrong = collections.Counter()
    for (q, form), was in before.items():
        then = run(*q, '-s', store, '-f', form, '--known-at', str(position))
        if then != was:
            wrong[q[0], form] += 1
            check(f'seed {seed}: {" ".join(q)} {form} as known at {position}', False, first_difference(was, then))
    check(f'seed {seed}: {len(before)} answers as known at {position}', not wrong, wrong)
    check(f'seed {seed}: the answers differ today', run(*asked[1], '-s', store, '-f', 'json')[1] != before[asked[1], 'json'][1])
    return tree


def statistics(store, position=None):
    """Without what lies on the disk: that is today's, and told only of today."""
    when = ('--known-at', str(position)) if position else ()
    made = []
    for by in ('type', 'account,region', 'day,type', 'kind'):
        told = run_json('stats', '-s', store, '--by', by, '--top', '7', *when, expect=(0,))
        check(f'stats by {by}: the disk is told of {position or "today"}', (told.pop('disk') is None) == (position is not None))
        made += [told, run('stats', '-s', store, '--by', by, *when, '-f', 'csv')]
    table = [x for x in run('stats', '-s', store, *when)[1].split('\n') if not x.startswith(('kept ', 'on disk '))]
    return made + [table]


def first_difference(was, then):
    for name, a, b in zip(('exit code', 'output', 'errors'), was, then):
        if a != b and isinstance(a, str):
            k = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
            return f'{name}: {a[max(0, k - 150):k + 80]!r} is now {b[max(0, k - 150):k + 80]!r}'
        if a != b:
            return f'{name}: {a} is now {b}: {was[2][-200:]} / {then[2][-200:]}'
    return ''


# ---- at and evaluate -----------------------------------------------------------------------


def key(r):
    return r['account_id'], r['region'], r['resource_type'], r['resource_id']


def agree(name, store, at):
    """${at} None: each recorder at its own last delivery."""
    when = (at,) if at else ()
    listed = {key(r): r['known'] for r in run_json('at', *when, '-s', store, '--list', expect=(0,))['resources']}
    judged = run_json('evaluate', '-p', 'nis2-kritis', *(('--at', at) if at else ()), '-s', store, expect=(0, 2, 3))['findings']
    n, wrong, reasons = 0, [], collections.Counter()
    for f in judged:
        if f['source'] != 'computed' or f['resource_type'] in ('AWS::::Account', 'AWS::Config::ConfigurationRecorder'):
            continue
        known = listed.get(key(f), 'absent')
        says = f['reason'] if f['reason'] in REASONS.values() else 'known'
        wants = {'yes': 'known', 'not-recorded': 'known'}.get(known, REASONS.get(known, known))
        n += 1
        reasons[known] += 1
        if says != wants and not (known == 'not-recorded' and f['compliance'] == 'INSUFFICIENT_DATA'):
            wrong.append((key(f), known, f['reason'], f['compliance']))
    check(f'{name}: at is evaluate of {n} verdicts', n > 50 and not wrong, wrong[:3])
    return reasons


def at_is_evaluate(top, tree, seed):
    rng = random.Random(seed * 1000 + 1)
    names = [n for n in deliveries(tree) if n.startswith('config/')]
    places = sorted({tuple(n.split('/')[i] for i in (2, 4)) for n in names if n.count('/') > 5})
    reasons = collections.Counter()
    for k in range(3):
        account, region = rng.choice(places)
        own = [n for n in names if f'/{account}/' in n and f'/{region}/' in n]
        cut = rng.randrange(3)
        gone = own if cut == 0 else own[len(own) // 2:] if cut == 1 else [n for n in own if rng.random() < 0.9]
        part, store = os.path.join(top, f'cut-{seed}-{k}'), os.path.join(top, f'cut-store-{seed}-{k}')
        link(tree, [n for n in names if n not in set(gone)], part)
        run_json('ingest', '-s', store, part, '-q', expect=(0, 3))
        for at in (*moments(tree, rng, 4)[0], None):
            reasons += agree(f'seed {seed} without {len(gone)} of {account} {region} at {at}', store, at)
        denominator(f'seed {seed} without {len(gone)} of {account} {region}', store, moments(tree, rng, 2)[0])
    check(f'seed {seed}: known and not known were met', reasons['yes'] > 0 and sum(v for k, v in reasons.items() if k in REASONS) > 0, reasons)


# ---- diff and at ---------------------------------------------------------------------------


def denominator(name, store, two):
    """Whoever is not absent at one of the moments is in exactly one count of the difference, and nobody else but what came and went."""
    sides = [{key(r): r['known'] for r in run_json('at', t, '-s', store, '--list', expect=(0,))['resources']} for t in two]
    out = run_json('diff', *two, '-s', store, expect=(0,))
    told = {key(r): r['kind'] for r in out['resources']}
    total = collections.Counter()
    for t in out['summary']:
        total.update({k: v for k, v in t.items() if k != 'resource_type'})
    check(f'{name}: each once', len(told) == len(out['resources']) == sum(total.values()) - total['unchanged'], total)
    either = set(sides[0]) | set(sides[1])
    check(f'{name}: diff speaks of all', sum(total.values()) - total['came-and-went'] == len(either), (total, len(either)))
    wrong = []
    for k in either:
        a, b = (s.get(k, 'absent') for s in sides)
        kind = told.get(k, 'unchanged')
        unknown = a in REASONS or b in REASONS
        wants = (('not-known',) if unknown else ('created', 'not-known') if a == 'absent' else ('deleted', 'vanished') if b == 'absent'
                 else ('unchanged', 'changed', 're-created'))
        if kind not in wants:
            wrong.append((k, a, b, kind))
    check(f'{name}: diff is at of both moments', not wrong and len(either) > 50, wrong[:3])


# ---- vanished, and seen again --------------------------------------------------------------


def seen_again(top, tree):
    """One snapshot lacks a resource that those around it hold: whether it held then is not known, and nothing ended it."""
    part, store = os.path.join(top, 'again'), os.path.join(top, 'again-store')
    names = [n for n in deliveries(tree) if '/ConfigSnapshot/' in n]
    place = os.path.dirname(names[0]).rsplit('/Config/', 1)[0]
    names = sorted((n for n in names if n.startswith(place)), key=lambda n: os.path.basename(n).split('_')[-2])
    link(tree, names, part)
    middle = os.path.join(part, names[len(names) // 2])
    with gzip.open(middle) as f:
        snapshot = json.load(f)
    gone = next(i for i in snapshot['configurationItems'] if i['resourceType'] == 'AWS::EC2::VPC')
    snapshot['configurationItems'].remove(gone)
    os.unlink(middle)
    with gzip.open(middle, 'wt', encoding='utf-8') as f:
        json.dump(snapshot, f)
    run_json('ingest', '-s', store, part, '-q', expect=(0, 3))
    what = (gone['resourceType'], gone['resourceId'], '--region', gone['awsRegion'], '-s', store)
    rows = run_json('history', *what, expect=(0,))['resources'][0]['history']
    lost = next((r for r in rows if r.get('reason') == 'vanished'), None)
    if not check('seen again: vanished in between', lost is not None, rows):
        return
    out = run_json('show', *what, '--at', lost['from'], expect=(3,))
    check('seen again: show', out['not_known'] == 'vanished' and out['how_known'].startswith('vanished'), (out['how_known'], out['not_known']))
    check('seen again: says the row', lost.get('ended') == 'seen again', lost)
    states = [r for r in rows if r['kind'] == 'state']
    at = next(i for i, r in enumerate(states) if r['to'] == lost['from'])
    check('seen again: the same version on both sides', states[at]['ended'] == 'vanished' and states[at + 1]['from'] == lost['to']
          and states[at]['version'] == states[at + 1]['version'], states)


# ---- a name that came later ----------------------------------------------------------------


def renamed(top, tree):
    """By a name that it got after the position nothing is found."""
    parts, store = [os.path.join(top, f'named-{k}') for k in (0, 1)], os.path.join(top, 'named-store')
    names = [n for n in deliveries(tree) if '/ConfigSnapshot/' in n]
    place = os.path.dirname(names[0]).rsplit('/Config/', 1)[0]
    names = sorted((n for n in names if n.startswith(place)), key=lambda n: os.path.basename(n).split('_')[-2])[:2]
    link(tree, names[:1], parts[0])
    with gzip.open(os.path.join(tree, names[1])) as f:
        snapshot = json.load(f)
    item = next(i for i in snapshot['configurationItems'] if i['resourceType'] == 'AWS::EC2::VPC')
    item.update(resourceName='a-later-name', configurationItemCaptureTime=snapshot['configurationItems'][0]['configurationItemCaptureTime'])
    path = os.path.join(parts[1], names[1])
    os.makedirs(os.path.dirname(path))
    with gzip.open(path, 'wt', encoding='utf-8') as f:
        json.dump(snapshot, f)
    run_json('ingest', '-s', store, parts[0], '-q', expect=(0, 3))
    run_json('ingest', '-s', store, parts[1], '-q', expect=(0, 3))
    check('renamed: found by its later name', run_json('history', 'a-later-name', '-s', store, expect=(0,))['resources'] != [])
    code, _, err = run('history', 'a-later-name', '-s', store, '--known-at', '1')
    check('renamed: not before it had it', code == 1 and "has the id, name or ARN 'a-later-name'" in err, (code, err))


# ---- recorded once a day -------------------------------------------------------------------


def daily(top, tree):
    part, store = os.path.join(top, 'daily'), os.path.join(top, 'daily-store')
    names = [n for n in deliveries(tree) if '/ConfigSnapshot/' in n]
    place = os.path.dirname(names[0]).rsplit('/Config/', 1)[0]
    for name in (n for n in names if n.startswith(place)):
        path = os.path.join(part, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with gzip.open(os.path.join(tree, name)) as f:
            text = f.read()
        with gzip.open(path, 'wb', 1) as f:
            f.write(text.replace(b'"resourceType":"AWS::EC2::Volume"', b'"recordingFrequency":"DAILY","resourceType":"AWS::EC2::Volume"'))
    run_json('ingest', '-s', store, part, '-q', expect=(0, 3))
    for kind, wants in (('AWS::EC2::Volume', True), ('AWS::EC2::VPC', False)):
        r = run_json('at', '-s', store, '--list', '--type', kind, expect=(0,))['resources'][0]
        what = (r['resource_type'], r['resource_id'], '--region', r['region'], '-s', store)
        states = [x for x in run_json('history', *what, expect=(0,))['resources'][0]['history'] if x['kind'] == 'state']
        check(f'daily {kind}: history', states and {x['recorded_daily'] for x in states} == {wants}, states)
        check(f'daily {kind}: history as a table', ('recorded once a day' in run('history', *what)[1]) == wants)
        rows = list(csv.DictReader(io.StringIO(run('history', *what, '-f', 'csv')[1])))
        check(f'daily {kind}: history as CSV', any(x['recorded'] == 'once a day' for x in rows) == wants, rows)
        check(f'daily {kind}: show', run_json('show', *what, expect=(0,))['recorded_daily'] == wants)
        check(f'daily {kind}: show as a table', ('changes between captures are not seen' in run('show', *what)[1]) == wants)


def main():
    seeds = [int(s) for s in os.environ.get('BELEG_SEED', '1,2').split(',')]
    top = folder()
    for seed in seeds:
        print(f'# seed {seed}', flush=True)
        tree = older_position(top, seed)
        daily(os.path.join(top, str(seed)), tree)
        seen_again(os.path.join(top, str(seed)), tree)
        renamed(os.path.join(top, str(seed)), tree)
        at_is_evaluate(top, tree, seed)
    done()


if __name__ == '__main__':
    main()

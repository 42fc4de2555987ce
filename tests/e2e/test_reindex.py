"""
Derived files from outside: answers are the same with them, without them and after damage; --check finds what differs;
a store that cannot be written answers too.
"""
# beleg-e2e: sanitized too
import csv
import glob
import io
import os
import shutil

from common import check, done, folder, run


def files(store):
    return sorted(glob.glob(os.path.join(store, 'derived', '*', '*')))


def main():
    home = folder()
    bucket, store = os.path.join(home, 'bucket'), os.path.join(home, 'store')
    run('sample', bucket, '--days', '3', '--accounts', '2', '--regions', '1', '--resources', '20')
    run('ingest', '-s', store, bucket)
    ask = ('evaluate', '-s', store, '--format', 'json')
    code0, want, _ = run(*ask)
    check('an answer', len(want) > 1000, code0)
    shutil.rmtree(os.path.join(store, 'derived'), ignore_errors=True)
    code, out, _ = run(*ask)
    check('the same without files', (code, out) == (code0, want))

    code, out, err = run('reindex', '-s', store, '--format', 'csv', '--path',
                         "AWS::EC2::Volume:tags.Owner,AWS::EC2::Volume:configuration.attachments[*].state")
    rows = list(csv.DictReader(io.StringIO(out)))
    check('reindex', code == 0 and len(rows) == len(files(store)) > 10, (code, err, len(rows)))
    check('the asked path', any(r['path'] == 'tags.Owner' and r['kind'] == 'column' for r in rows))
    check('the rules\' path', any(r['path'] == 'configuration.encrypted' for r in rows))
    code, out, _ = run(*ask)
    check('the same with files', (code, out) == (code0, want))
    code, out, _ = run('reindex', '-s', store, '--check', '-q')
    check('check', code == 0 and 'differs' not in out, out[-300:])

    for path in files(store)[::3]:
        with open(path, 'rb') as f:
            good = f.read()
        with open(path, 'wb') as f:
            f.write(good[:len(good) // 2] + bytes([good[len(good) // 2] ^ 16]) + good[len(good) // 2 + 1:])
        code, out, err = run('reindex', '-s', store, '--check')
        check('check finds ' + os.path.basename(path), code == 4 and path in err, (code, err))
        code, out, _ = run(*ask)
        check('the same after damage', (code, out) == (code0, want))
        with open(path, 'wb') as f:
            f.write(good)

    before = {p: open(p, 'rb').read() for p in files(store)}
    run('reindex', '-s', store, '-q')
    check('made again, the same bytes', {p: open(p, 'rb').read() for p in files(store)} == before)

    for args, words in ((('--path', 'AWS::EC2::Volume'), 'TYPE:PATH'), (('--path', 'AWS::No::One:tags.a'), 'no versions'),
                        (('--path', 'AWS::EC2::Volume:tags.'), 'byte 4'), (('--check', '--path', 'x'), '--check')):
        code, _, err = run('reindex', '-s', store, *args)
        check('refused: ' + ' '.join(args), code == 1 and words in err, err)
    done()


main()

#!/usr/bin/env python3
"""Checks packages with other people's tools, as an auditor would: the commands are taken from VERIFY.md.

Two packages: one of a made assessment with everything hostile in it (by make_package of tests/unit/evidence, which
stands beside the command that BELEG names, or is given as the argument), and one that beleg itself makes from a sample.
"""
import csv
import hashlib
import html.parser
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

BELEG = os.environ.get('BELEG', 'build/release/src/cli/beleg')
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MAKER = ''
COLUMNS = 'rule_name account_id region resource_type resource_id compliance recorded_time annotation'.split()
REPORTS = 'compliance-reports/2026/01'


def sh(folder, command):
    """Nothing of ours on the path; bash for <(...)."""
    return subprocess.run(['bash', '-c', command], cwd=folder, capture_output=True, text=True,
                          env={'PATH': '/usr/bin:/bin', 'LC_ALL': 'C'}, check=False)


def commands(folder):
    with open(os.path.join(folder, 'VERIFY.md'), encoding='utf-8') as f:
        blocks = re.findall(r'^```sh\n(.*?)\n```$', f.read(), re.M | re.S)
    return blocks


def files(folder):
    return sorted(os.path.relpath(os.path.join(d, f), folder) for d, _, fs in os.walk(folder) for f in fs)


def read(folder, name):
    with open(os.path.join(folder, name), 'rb') as f:
        return f.read()


def write(folder, name, data):
    with open(os.path.join(folder, name), 'wb') as f:
        f.write(data)


class Page(html.parser.HTMLParser):
    """Balanced elements, no script, nothing fetched, unique ids, headings and captions for tables."""
    VOID = {'meta', 'br', 'input', 'wbr', 'rect', 'circle', 'hr', 'img', 'link', 'base'}

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.stack, self.faults, self.ids, self.tags, self.links, self.words = [], [], [], [], [], []
        self.tables = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        for key, value in attrs:
            if key.startswith('on') or key in ('src', 'srcset', 'xlink:href', 'action', 'data', 'background'):
                self.faults.append(f'{tag} {key}={value}')
            if key == 'href':
                self.links.append(value)
            if key == 'id':
                self.ids.append(value)
        if tag == 'table':
            self.tables.append(set())
        if tag in ('caption', 'th') and self.tables:
            self.tables[-1].add(tag)
            if tag == 'th' and not dict(attrs).get('scope'):
                self.faults.append('th without scope')
        if tag not in self.VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        if not self.stack or self.stack.pop() != tag:
            self.faults.append(f'</{tag}> does not match')

    def handle_data(self, data):
        self.words.append(data)


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = tempfile.mkdtemp(prefix='beleg-e2e-')
        cls.made = os.path.join(cls.home, 'made')
        cls.key = os.path.join(cls.home, 'key')
        subprocess.run([MAKER, cls.made, cls.key, '3'], check=True, stdout=subprocess.DEVNULL)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.home)

    def setUp(self):
        self.copy = tempfile.mkdtemp(dir=self.home)
        self.folder = os.path.join(self.copy, 'p')
        shutil.copytree(self.made, self.folder)

    def check(self, folder=None, original=None):
        """What an auditor sees; the commands are those of the true VERIFY.md. True: nothing to object."""
        folder = folder or self.folder
        signature, sums, nothing_more = commands(original or self.made)[:3]
        seen = sh(folder, f'{signature} >/dev/null && {sums} >/dev/null && {nothing_more}')
        return seen.returncode == 0 and seen.stdout == ''

    def test_untouched(self):
        blocks = commands(self.folder)
        self.assertEqual(len(blocks), 6, 'three commands in each language')
        self.assertEqual(blocks[:3], blocks[3:])
        self.assertTrue(blocks[0].startswith('ssh-keygen -Y verify'))
        self.assertTrue(blocks[1].startswith('sha256sum -c'))
        self.assertTrue(self.check())
        shown = sh(self.folder, blocks[0]).stdout
        fingerprint = subprocess.run(['ssh-keygen', '-l', '-f', self.key], capture_output=True, text=True, check=True).stdout.split()[1]
        self.assertIn(fingerprint, shown)
        self.assertIn(fingerprint, read(self.folder, 'VERIFY.md').decode())
        self.assertEqual(sh(self.folder, 'sha256sum -c --strict --quiet SHA256SUMS').returncode, 0)

    def test_every_file_is_covered(self):
        manifest = json.loads(read(self.folder, 'manifest.json'))
        listed = [f['path'] for f in manifest['files']]
        self.assertEqual(sorted(listed), listed)
        self.assertEqual(sorted(listed + ['manifest.json', 'manifest.json.sig']), files(self.folder))
        for f in manifest['files']:
            data = read(self.folder, f['path'])
            self.assertEqual((f['bytes'], f['sha256']), (len(data), hashlib.sha256(data).hexdigest()))
        self.assertEqual(manifest['counts']['files'], len(listed))
        self.assertEqual(manifest['counts']['deliveries'], len(manifest['deliveries']))

    def test_one_changed_byte_in_any_file(self):
        samples = [n for n in files(self.folder) if n.startswith('samples/')]
        for name in sorted(set(files(self.folder)) - set(samples[3:])):
            data = read(self.folder, name)
            for at in sorted({0, len(data) // 2, len(data) - 2}):
                changed = bytearray(data)
                changed[at] ^= 1
                write(self.folder, name, bytes(changed))
                self.assertFalse(self.check(), f'{name}, byte {at}')
            write(self.folder, name, data)
        self.assertTrue(self.check())

    def test_the_signature_changed_anywhere(self):
        data = read(self.folder, 'manifest.json.sig')
        command = commands(self.made)[0]
        for at in range(len(data)):
            changed = bytearray(data)
            changed[at] ^= 4
            write(self.folder, 'manifest.json.sig', bytes(changed))
            # Line ends of the armour are no part of the signature.
            if data[at] != 0x0a:
                self.assertNotEqual(sh(self.folder, command).returncode, 0, at)

    def rewrite_sums(self):
        lines = [f'{hashlib.sha256(read(self.folder, n)).hexdigest()}  {n}\n' for n in files(self.folder)
                 if n not in ('SHA256SUMS', 'manifest.json', 'manifest.json.sig')]
        write(self.folder, 'SHA256SUMS', ''.join(lines).encode())

    def rewrite_manifest(self):
        text = read(self.folder, 'manifest.json').decode()
        for name in files(self.folder):
            data = read(self.folder, name)
            text = re.sub(r'\{"sha256": "[0-9a-f]*", "bytes": \d+, "path": "' + re.escape(name) + '"',
                          '{"sha256": "%s", "bytes": %d, "path": "%s"' % (hashlib.sha256(data).hexdigest(), len(data), name), text)
        write(self.folder, 'manifest.json', text.encode())

    def forge(self):
        name = REPORTS + '/non-compliant-resources.csv'
        write(self.folder, name, read(self.folder, name).replace(b'vol-0fe3', b'vol-0000'))

    def test_consistent_rewrite_of_the_sums(self):
        self.forge()
        self.rewrite_sums()
        self.assertEqual(sh(self.folder, 'sha256sum -c --strict --quiet SHA256SUMS').returncode, 0, 'the forgery is consistent')
        self.assertFalse(self.check())

    def test_consistent_rewrite_of_the_manifest(self):
        self.forge()
        self.rewrite_sums()
        self.rewrite_manifest()
        self.assertEqual(sh(self.folder, commands(self.made)[1]).returncode, 0, 'the forgery is consistent')
        self.assertFalse(self.check())

    def test_another_key(self):
        """Everything signed anew: only the fingerprint, had by another way, tells."""
        other = os.path.join(self.copy, 'other')
        self.forge()
        subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', other], check=True)
        public = read(self.copy, 'other.pub').decode().split()
        write(self.folder, 'allowed_signers', f'beleg namespaces="beleg-package" {public[0]} {public[1]}\n'.encode())
        self.rewrite_sums()
        self.rewrite_manifest()
        os.remove(os.path.join(self.folder, 'manifest.json.sig'))
        subprocess.run(['ssh-keygen', '-q', '-Y', 'sign', '-f', other, '-n', 'beleg-package', 'manifest.json'],
                       cwd=self.folder, check=True)
        self.assertTrue(self.check(), 'no command can tell')
        true = re.search(r'SHA256:\S+', sh(self.made, commands(self.made)[0]).stdout).group(0)
        self.assertNotIn(true, sh(self.folder, commands(self.made)[0]).stdout, 'but the fingerprint does')
        self.assertIn('allowed_signers', read(self.made, 'VERIFY.md').decode().split('### 1')[0], 'and VERIFY.md says so first')

    def test_signers_swapped_alone(self):
        other = os.path.join(self.copy, 'other')
        subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', other], check=True)
        public = read(self.copy, 'other.pub').decode().split()
        write(self.folder, 'allowed_signers', f'beleg namespaces="beleg-package" {public[0]} {public[1]}\n'.encode())
        self.assertFalse(self.check())

    def test_added_and_removed_files(self):
        for name in ('exceptions.csv', REPORTS + '/accepted.csv', 'samples/.hidden'):
            write(self.folder, name, b'')
            self.assertFalse(self.check(), name)
            os.remove(os.path.join(self.folder, name))
        self.assertTrue(self.check())
        samples = [n for n in files(self.folder) if n.startswith('samples/')]
        for name in sorted(set(files(self.folder)) - set(samples[3:])):
            data = read(self.folder, name)
            os.remove(os.path.join(self.folder, name))
            self.assertFalse(self.check(), name)
            write(self.folder, name, data)

    def test_links_and_names_that_hide(self):
        """A link to the same bytes may point elsewhere tomorrow; a name with a line break prints as two lines."""
        name = next(n for n in files(self.folder) if n.startswith('samples/'))
        for moved in (name, 'samples'):
            there = os.path.join(self.copy, 'away')
            os.rename(os.path.join(self.folder, moved), there)
            os.symlink(there, os.path.join(self.folder, moved))
            self.assertFalse(self.check(), f'{moved} is a link')
            os.remove(os.path.join(self.folder, moved))
            os.rename(there, os.path.join(self.folder, moved))
        self.assertTrue(self.check())
        for odd in ('VERIFY.md\n..VERIFY.md', 'a\nb', 'rules/x\\y "q".yaml', ' ', '\u202e', '-n'):
            write(self.folder, odd, b'')
            self.assertFalse(self.check(), repr(odd))
            os.remove(os.path.join(self.folder, odd))
        # Each of the lines that these four print is printed by two of them.
        four = ['X\nY', 'X\nZ', 'W\nY', 'W\nZ']
        for odd in four:
            write(self.folder, odd, b'')
        self.assertFalse(self.check())
        for odd in four:
            os.remove(os.path.join(self.folder, odd))
        self.assertTrue(self.check())

    def test_same_bytes_again(self):
        again = os.path.join(self.copy, 'again')
        subprocess.run([MAKER, again, self.key, '3'], check=True, stdout=subprocess.DEVNULL)
        self.assertEqual(files(again), files(self.made))
        for name in files(again):
            self.assertEqual(read(again, name), read(self.made, name), name)

    def test_csv_as_python_reads_and_writes_it(self):
        for name in files(self.folder):
            if not name.endswith('.csv'):
                continue
            # Bytes that are no UTF-8 stay as they are.
            text = read(self.folder, name).decode('utf-8', 'surrogateescape')
            rows = list(csv.reader(io.StringIO(text, newline=''), strict=True))
            self.assertEqual({len(r) for r in rows}, {len(rows[0])}, name)
            out = io.StringIO(newline='')
            csv.writer(out).writerows(rows)
            self.assertEqual(out.getvalue(), text, name)
            if name.endswith('-resources.csv'):
                self.assertEqual(rows[0], COLUMNS)

    def test_csv_and_json_say_the_same(self):
        text = read(self.folder, REPORTS + '/non-compliant-resources.csv').decode('utf-8', 'replace')
        rows = list(csv.DictReader(io.StringIO(text, newline='')))
        report = json.loads(read(self.folder, REPORTS + '/non-compliant-resources.json'))
        self.assertEqual(list(report), ['reportTimestamp', 'aggregator', 'totalNonCompliant', 'findings'])
        self.assertEqual(report['reportTimestamp'], '2026-01-31T18:00:00Z')
        self.assertEqual(report['aggregator'], 'org-aggregator')
        self.assertEqual(report['totalNonCompliant'], len(rows))
        self.assertEqual([list(f) for f in report['findings']], [COLUMNS] * len(rows))
        self.assertEqual(report['findings'], rows)
        self.assertTrue(read(self.folder, REPORTS + '/non-compliant-resources.json').startswith(b'{\n  "reportTimestamp": '))

    def test_samples_can_be_drawn_again(self):
        """By the rule that the report states, from the CSV files alone."""
        rows = list(csv.DictReader(io.StringIO(read(self.folder, REPORTS + '/samples.csv').decode('utf-8', 'surrogateescape'), newline='')))
        self.assertGreater(len(rows), 20)
        for r in rows:
            text = '\n'.join(['24', r['rule_name'], r['account_id'], r['region'], r['resource_type'], r['resource_id'],
                              r['compliance'], r['from']]) + '\n'
            self.assertEqual(hashlib.sha256(text.encode('utf-8', 'surrogateescape')).hexdigest(), r['rank_sha256'])
            self.assertEqual(hashlib.sha256(read(self.folder, f'samples/{r["item_sha256"]}.json')).hexdigest(), r['item_sha256'])

    def page(self, folder):
        page = Page()
        page.feed(read(folder, REPORTS + '/report.html').decode())
        page.close()
        return page

    def test_report_is_sound_html(self):
        page = self.page(self.folder)
        self.assertEqual((page.faults, page.stack), ([], []))
        self.assertEqual(len(page.ids), len(set(page.ids)))
        self.assertFalse({'script', 'img', 'link', 'iframe', 'object', 'embed', 'base', 'form'} & set(page.tags))
        for link in page.links:
            self.assertTrue(link.startswith('#') and link[1:] in page.ids, link)
        for table in page.tables:
            self.assertEqual(table, {'caption', 'th'})
        text = read(self.folder, REPORTS + '/report.html').decode()
        self.assertNotRegex(text.replace('http://x', ''), r'https?://|url\((?!#)|@import|javascript:')

    def test_report_shows_hostile_names_as_text(self):
        page = self.page(self.folder)
        words = ''.join(page.words)
        self.assertIn('<script>alert(1)</script>&amp;', words)
        self.assertIn('<img src=http://x onerror=alert(1)>', words)
        self.assertIn('[U+001B][31m[U+202E] txt \ufffd end', words)
        text = read(self.folder, REPORTS + '/report.html').decode()
        self.assertNotIn('\u202e', text)
        self.assertNotIn('\x1b', text)

    def test_long_lists_say_what_they_leave_out(self):
        folder = os.path.join(self.copy, 'long')
        subprocess.run([MAKER, folder, self.key, '1200'], check=True, stdout=subprocess.DEVNULL)
        words = ' '.join(''.join(self.page(folder).words).split())
        # 1205 are open: five others and the 1200.
        self.assertIn('Gezeigt sind die ersten 500 Zeilen. 705 weitere stehen in deficiencies.csv.', words)
        self.assertIn('The first 500 rows are shown. 705 more stand in deficiencies.csv.', words)
        text = read(folder, REPORTS + '/non-compliant-resources.csv').decode('utf-8', 'replace')
        self.assertEqual(len(list(csv.DictReader(io.StringIO(text, newline='')))), 1211)
        self.assertTrue(self.check(folder, folder))


class Real(unittest.TestCase):
    """The whole way: deliveries of a sample organisation, a store, a month."""

    def beleg(self, *args, codes=(0,)):
        p = subprocess.run([BELEG, *args], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
        self.assertIn(p.returncode, codes, f'beleg {" ".join(args)}: {p.stderr}')
        return p.stdout

    def test_from_deliveries_to_a_checked_package(self):
        home = tempfile.mkdtemp(prefix='beleg-e2e-')
        self.addCleanup(shutil.rmtree, home)
        tree, store, key = (os.path.join(home, n) for n in ('tree', 'store', 'key'))
        self.beleg('sample', tree, '--accounts', '4', '--regions', '1', '--days', '31', '--resources', '20', '--seed', '3')
        self.beleg('ingest', '--store', store, tree)
        self.beleg('keys', 'new', key)
        pack = os.path.join(os.environ.get('BELEG_ROOT', ROOT), 'packs', 'nis2-kritis.yaml')
        made = [os.path.join(home, n) for n in ('one', 'two')]
        for folder in made:
            self.beleg('package', '--store', store, '--month', '2026-01', '--pack', pack, '--key', key, '-o', folder,
                       codes=(0, 2, 3))
        self.assertEqual(files(made[0]), files(made[1]))
        for name in files(made[0]):
            self.assertEqual(read(made[0], name), read(made[1], name), name)
        for command in commands(made[0])[:2]:
            self.assertEqual(sh(made[0], command).returncode, 0, command)
        self.assertEqual(sh(made[0], commands(made[0])[2]).stdout, '')
        page = Page()
        page.feed(read(made[0], REPORTS + '/report.html').decode())
        self.assertEqual((page.faults, page.stack), ([], []))
        name = REPORTS + '/summary.json'
        write(made[0], name, read(made[0], name).replace(b'1', b'2', 1))
        self.assertNotEqual(sh(made[0], commands(made[0])[1]).returncode, 0)


class Lines(unittest.TestResult):
    """One line a case: "ok NAME" or "not ok NAME: why"."""

    def tell(self, test, line, why=''):
        print(line.format(test.id().split('.', 1)[1]) + (': ' + ' | '.join(why.split('\n'))[-600:] if why else ''), flush=True)

    def addSuccess(self, test):
        self.tell(test, 'ok {}')

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.tell(test, 'not ok {}', self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        print(f'not ok {test.id().replace(" ", "-")}: ' + ' | '.join(self.errors[-1][1].split('\n'))[-600:], flush=True)


def main():
    global MAKER
    # The helpers of the unit tests stand in a build with tests; the command may come from one without.
    tests = os.environ.get('BELEG_TEST_BUILD', os.path.join(os.path.dirname(BELEG), '..', '..'))
    beside = os.path.join(tests, 'tests', 'unit', 'evidence', 'make_package')
    MAKER = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else beside)
    # Given the maker, only its package is looked at: the command may not be built.
    cases = [Package] if len(sys.argv) > 1 else [Package, Real]
    suite = unittest.TestSuite(unittest.defaultTestLoader.loadTestsFromTestCase(c) for c in cases)
    result = suite.run(Lines())
    sys.exit(0 if result.wasSuccessful() else 1)


if __name__ == '__main__':
    main()

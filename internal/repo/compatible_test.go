package repo

import (
	"flag"
	"fmt"
	"go/types"
	"maps"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/exp/apidiff"
)

// What users of the last release compile against stands in testdata/baseline.txt. A
// change of the public surface that is not compatible with it has to be told in the
// changelog, in an entry under Unreleased that names in code what changed and the package
// or type that it belongs to. What the verdict is, says:
//
//	go test ./internal/repo -run TestRepoPublicSurfaceIsCompatible -v
//
// .ci/release writes the baseline anew:
//
//	go test ./internal/repo -run TestRepoPublicSurfaceIsCompatible -baseline v0.1.0
const baselineFile = "testdata/baseline.txt"

var newBaseline = flag.String("baseline", "", "record the public surface as that of this version")

// A baseline is the public surface of a version.
type baseline struct {
	version string
	outline outline
	told    string // what the changelog said under Unreleased when it was recorded
}

func TestRepoPublicSurfaceIsCompatibleOrTheChangelogSaysSo(t *testing.T) {
	now, err := outlineOf(shipped(t))
	require.NoError(t, err)
	changelog, err := os.ReadFile(at("CHANGELOG.md"))
	require.NoError(t, err)
	if *newBaseline != "" {
		now.used()
		b := baseline{version: *newBaseline, outline: now, told: unreleased(string(changelog))}
		require.NoError(t, os.WriteFile(baselineFile, []byte(b.String()), 0o644))
		return
	}
	text, err := os.ReadFile(baselineFile)
	require.NoError(t, err)
	before := parseBaseline(string(text))
	others := compiled(t, slices.Compact(slices.Sorted(slices.Values(append(before.outline.used(), now.used()...)))))
	changes, err := judge(before.outline, now, others)
	require.NoError(t, err)
	verdict := "is compatible with that of " + before.version
	entries := entriesSince(before.told, unreleased(string(changelog)))
	for _, c := range changes {
		t.Log(c)
		if c.Compatible {
			continue
		}
		verdict = "is not compatible with that of " + before.version
		if !c.told(entries) {
			t.Errorf("%s: a user's program may no longer compile. CHANGELOG.md says nothing of it under Unreleased, where an entry has to name `%s` and `%s`", c, c.name, c.of)
		}
	}
	t.Logf("the public surface %s: %d changes", verdict, len(changes))
}

// A release is what users have, so that its baseline is recorded with it.
func TestRepoBaselineIsThatOfTheLastRelease(t *testing.T) {
	out, err := exec.Command("git", "tag", "--list", "v*", "--sort=-version:refname").Output()
	if err != nil {
		t.Skip("these files are no clone of the repository")
	}
	last, _, _ := strings.Cut(string(out), "\n")
	if last == "" {
		return // nothing was released, or the clone has no tags
	}
	text, err := os.ReadFile(baselineFile)
	require.NoError(t, err)
	require.Equal(t, last, parseBaseline(string(text)).version, "the baseline is written anew with each release")
}

// shipped returns what users compile, by the names of files.
func shipped(t *testing.T) map[string]string {
	t.Helper()
	files := make(map[string]string)
	for _, f := range folders(t) {
		if f.program() || strings.HasPrefix(f.path, "examples") || outside[f.path] != "" { // which the workspace cannot compile
			continue
		}
		for _, file := range f.shipped {
			source, err := os.ReadFile(at(file))
			require.NoError(t, err)
			files[file] = string(source)
		}
	}
	return files
}

// String returns a baseline as it is stored.
func (b baseline) String() string {
	var s strings.Builder
	fmt.Fprintf(&s, "-- version --\n%s\n-- CHANGELOG.md --\n%s\n", b.version, strings.TrimSpace(b.told))
	for _, file := range slices.Sorted(maps.Keys(b.outline)) {
		fmt.Fprintf(&s, "-- %s --\n%s", file, b.outline[file])
	}
	return s.String()
}

func parseBaseline(text string) baseline {
	b := baseline{outline: make(outline)}
	mark := regexp.MustCompile(`(?m)^-- (\S+) --\n`)
	marks := append(mark.FindAllStringSubmatchIndex(text, -1), []int{len(text), 0, 0, 0})
	for i, m := range marks[:len(marks)-1] {
		switch name, part := text[m[2]:m[3]], text[m[1]:marks[i+1][0]]; name {
		case "version":
			b.version = strings.TrimSpace(part)
		case "CHANGELOG.md":
			b.told = part
		default:
			b.outline[name] = part
		}
	}
	return b
}

// A change is one of the public surface.
type change struct {
	dir      string
	name, of string // what changed, and the package or type that it belongs to
	apidiff.Change
}

func (c change) String() string {
	verdict := "incompatible"
	if c.Compatible {
		verdict = "compatible"
	}
	return fmt.Sprintf("%s: package %s: %s", verdict, c.dir, c.Message)
}

// judge returns the changes between two outlines, those first that are not compatible.
func judge(before, now outline, others types.Importer) ([]change, error) {
	old, err := before.check(others)
	if err != nil {
		return nil, fmt.Errorf("baseline: %w", err)
	}
	present, err := now.check(others)
	if err != nil {
		return nil, err
	}
	var found []change
	for dir, p := range old {
		q := present[dir]
		if q == nil {
			found = append(found, change{dir, path.Base(dir), "package", apidiff.Change{Message: "the package is gone"}})
			continue
		}
		for _, c := range apidiff.Changes(p, q).Changes {
			name, of := subjectOf(c.Message, p.Name())
			found = append(found, change{dir, name, of, c})
		}
	}
	for dir := range present {
		if old[dir] == nil {
			found = append(found, change{dir, path.Base(dir), "package", apidiff.Change{Message: "the package is new", Compatible: true}})
		}
	}
	slices.SortFunc(found, func(c, d change) int { return -strings.Compare(c.String(), d.String()) })
	return found, nil
}

var (
	parameters = regexp.MustCompile(`\[[^\]]*\]`)
	identifier = regexp.MustCompile(`\w+`)
	code       = regexp.MustCompile("`[^`]+`")
)

// subjectOf returns what a message of apidiff is about, such as "(*Case).Propose: changed
// from ...", and the type or else the package that it belongs to.
func subjectOf(message, pkg string) (name, of string) {
	subject, _, _ := strings.Cut(message, ":")
	subject, _, _ = strings.Cut(parameters.ReplaceAllString(subject, ""), ",")
	words := append([]string{pkg}, identifier.FindAllString(subject[strings.LastIndex(subject, "/")+1:], -1)...)
	return words[len(words)-1], words[max(0, len(words)-2)]
}

// told reports whether one of the entries names in code what changed and what it belongs
// to. Of a package it is enough to name it.
func (c change) told(entries []string) bool {
	return slices.ContainsFunc(entries, func(entry string) bool {
		var words []string
		for _, span := range code.FindAllString(entry, -1) {
			words = append(words, identifier.FindAllString(span, -1)...)
		}
		return slices.Contains(words, c.name) && (c.of == "package" || slices.Contains(words, c.of))
	})
}

// unreleased returns the section of a changelog that is about no release yet.
func unreleased(changelog string) string {
	_, section, _ := strings.Cut(changelog, "## [Unreleased]\n")
	section, _, _ = strings.Cut(section, "\n## ")
	return section
}

// entriesSince returns the entries of a section that were not there, word for word,
// before.
func entriesSince(before, now string) []string {
	entries := func(section string) []string {
		var all []string
		for e := range strings.SplitSeq("\n"+section, "\n- ") {
			e, _, _ = strings.Cut(e, "\n#") // the heading of the entries that follow
			all = append(all, strings.Join(strings.Fields(e), " "))
		}
		return all[1:] // the first is what stands above the first entry
	}
	old := entries(before)
	return slices.DeleteFunc(entries(now), func(e string) bool { return slices.Contains(old, e) })
}

func TestRepoJudgesWhatIsCompatible(t *testing.T) {
	const before = `package store

import "time"

type Driver interface{ Get(id string) error }
type Event interface { Type() string; apply(*Record) }
type Record struct { ID string; At time.Time; version int }
type List[T any] struct{ items []T }
const Most = 60
var ErrGone = gone()
func gone() error { return nil }
func Load(id string) error { return nil }
func Save(id string) error { return nil }
func hidden() {}
func (r *Record) Touch() { hidden() }
func (l List[T]) First() (v T) { return v }
`
	for what, test := range map[string]struct {
		old, new string // what is replaced in the package
		want     []string
	}{
		"nothing":                                     {"", "", nil},
		"a function that is removed":                  {"func Load(id string) error { return nil }", "", []string{"incompatible Load of store"}},
		"a signature that changes":                    {"Load(id string)", "Load(id string, at time.Time)", []string{"incompatible Load of store"}},
		"a method that an interface gets":             {"Get(id string) error", "Get(id string) error; Close() error", []string{"incompatible Close of Driver"}},
		"a method that a sealed interface gets":       {"Type() string;", "Type() string; Form() int;", []string{"compatible Form of Event"}},
		"a function that is added":                    {"func hidden() {}", "func hidden() {}; func Page() {}", []string{"compatible Page of store"}},
		"a field that is added":                       {"version int", "version int; Body string", []string{"compatible Body of Record"}},
		"a field that is removed":                     {"ID string;", "", []string{"incompatible ID of Record"}},
		"a field of another type":                     {"At time.Time", "At string", []string{"incompatible At of Record"}},
		"a struct that no longer compares":            {"version int", "version []int", []string{"incompatible Record of store"}},
		"a method that is removed":                    {"func (r *Record) Touch() { hidden() }", "", []string{"incompatible Touch of Record"}},
		"a method of a generic type that changes":     {"First() (v T) { return v }", "First() (v T, ok bool) { return }", []string{"incompatible First of List"}},
		"a constant of another value":                 {"Most = 60", "Most = 61", []string{"incompatible Most of store"}},
		"a variable whose type is a function's":       {"gone() error", "gone() *Record", []string{"incompatible ErrGone of store"}},
		"a body and what is not exported":             {"func hidden() {}", "func hidden() { panic(1) }; type inner struct{ ID int }; func (inner) Close() {}", nil},
		"an unexported function that nobody mentions": {"{ hidden() }", "{}", nil},
	} {
		t.Run(what, func(t *testing.T) {
			require.Contains(t, before, test.old)
			require.Equal(t, test.want, verdicts(t, map[string]string{"store/store.go": before}, map[string]string{"store/store.go": strings.Replace(before, test.old, test.new, 1)}))
		})
	}
}

func TestRepoJudgesAPackageThroughThoseThatItImports(t *testing.T) {
	before := map[string]string{
		"sp.go":             "package sp\ntype Date int32\n",
		"internal/id/id.go": "package id\ntype Referral string\ntype Unseen string\n",
		"referral/ref.go":   "package referral\nimport (\n\"github.com/socialprescribing/sp\"\n\"github.com/socialprescribing/sp/internal/id\"\n)\ntype ID = id.Referral\nfunc Load(i ID, on sp.Date) {}\n",
		"old/old.go":        "package old\nfunc F() {}\n",
	}
	require.Empty(t, verdicts(t, before, before))
	after := maps.Clone(before)
	delete(after, "old/old.go")
	after["sp.go"] = "package sp\ntype Date string\n"
	after["internal/id/id.go"] = "package id\ntype Referral int\ntype Unseen int\n"
	after["voice/voice.go"] = "package voice\nfunc F() {}\n"
	require.Equal(t, []string{"incompatible Date of sp", "incompatible Referral of id", "incompatible old of package", "compatible voice of package"}, verdicts(t, before, after))
}

// verdicts returns what judge says of two versions of some packages. The first has been
// stored and read again, as a baseline is.
func verdicts(t *testing.T, before, after map[string]string) []string {
	t.Helper()
	old, err := outlineOf(before)
	require.NoError(t, err)
	used := old.used()
	old = parseBaseline(baseline{version: "v1.0.0", outline: old}.String()).outline
	now, err := outlineOf(after)
	require.NoError(t, err)
	changes, err := judge(old, now, compiled(t, append(used, "time")))
	require.NoError(t, err)
	var found []string
	for _, c := range changes {
		verdict, _, _ := strings.Cut(c.String(), ":")
		found = append(found, verdict+" "+c.name+" of "+c.of)
	}
	slices.SortFunc(found, func(a, b string) int {
		return strings.Compare(b[:2]+a, a[:2]+b) // what is incompatible first, then by name
	})
	return found
}

func TestRepoChangelogTellsAChangeByItsNameAndWhatItBelongsTo(t *testing.T) {
	const told = "\n### Changed\n\n- `Case.Close` takes a result.\n"
	section := unreleased("# Changelog\n\n## [Unreleased]\n" + told + `- ` + "`Case.Propose` refuses a second\n  open placement. `store.Facts` and `FactsOf` are gone.\n\n### Added\n\n- Package `referral/partner` and Load in `store`.\n\n## [0.1.0]\n\n- `store.Save`\n")
	entries := entriesSince(told, section)
	require.Len(t, entries, 2)
	for _, test := range []struct {
		name, of string
		want     bool
	}{
		{"Propose", "Case", true},
		{"Facts", "store", true},
		{"FactsOf", "store", true},
		{"partner", "package", true},
		{"Propose", "referral", false}, // another thing of that name
		{"Load", "store", false},       // not in code
		{"Save", "store", false},       // of a release
		{"Close", "Case", false},       // told before the baseline
		{"Fact", "store", false},
	} {
		require.Equal(t, test.want, change{name: test.name, of: test.of}.told(entries), "%s of %s", test.name, test.of)
	}
}

package repo

import (
	"context"
	"fmt"
	"go/ast"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/funding/grant"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/transition"
)

const bodies = "testdata/bodies.txt"

var (
	worker = referraltest.By(sp.RoleLinkWorker, 2)
	funder = sp.By(sp.Actor{ID: "council-1", Role: grant.RoleFunder, For: "bay/council"}, referraltest.Day(0))
)

// samples returns the bodies of all kinds in the present form.
func samples(t *testing.T) (records []store.Record) {
	t.Helper()
	for kind, k := range storedKinds {
		if k.sample == nil {
			db := store.Tenant(memstore.New(), "bay")
			require.NoError(t, directory.NewRepository(db).Save(t.Context(), catalogue, worker))
			for r, err := range db.Scan(t.Context(), store.Query{Kind: kind}) {
				require.NoError(t, err)
				records = append(records, r)
			}
			continue
		}
		b, err := k.sample(t).Pending()
		require.NoError(t, err)
		for _, p := range b.Puts {
			if p.Kind == kind {
				records = append(records, store.Record{Key: p.Key, Body: p.Body})
			}
		}
	}
	slices.SortFunc(records, func(a, b store.Record) int { return strings.Compare(a.Kind+a.ID, b.Kind+b.ID) })
	return records
}

// lineForm is how a history begins each line that has a form: with its number.
var lineForm = regexp.MustCompile(`^(\d+)\t`)

// formOf returns the number of the form of a body: of its lines if it is a history.
func formOf(body []byte) string {
	if m := lineForm.FindSubmatch(body); m != nil {
		return string(m[1])
	}
	if strings.Contains(string(body), "\t") {
		return "1"
	}
	return strconv.Itoa(store.FormOf(body))
}

// The stored form is a promise: what was written once is read for ever. The archive
// has a record of each kind in every form in which it was ever stored, and what it
// holds, and only grows; -update adds the samples of forms that are new.
func TestRepoReadsEveryRecordThatWasEverStored(t *testing.T) {
	present := samples(t)
	archive, err := os.ReadFile(bodies)
	require.NoError(t, err)
	if *update {
		for _, r := range present {
			if line := r.Kind + "\t" + r.ID + "\t" + formOf(r.Body) + "\t"; !strings.Contains(string(archive), "\n"+line) {
				db := stocked(t, present, r)
				said, err := storedKinds[r.Kind].say(t.Context(), db, r.ID)
				require.NoError(t, err, line)
				archive = append(archive, line+said+"\t"+strconv.Quote(string(r.Body))+"\n"...)
			}
		}
		require.NoError(t, os.WriteFile(bodies, archive, 0o644))
	}
	seen := make(map[string]bool)
	for line := range strings.Lines(string(archive)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		require.Len(t, f, 5, line)
		body, err := strconv.Unquote(f[4])
		require.NoError(t, err, line)
		require.Equal(t, f[2], formOf([]byte(body)), line)
		seen[f[0]+" "+f[2]] = true
		k, known := storedKinds[f[0]]
		require.True(t, known, "nothing reads %s", f[0])
		record := store.Record{Key: store.Key{Kind: f[0], ID: f[1]}, Body: []byte(body)}
		said, err := k.say(t.Context(), stocked(t, present, record), f[1])
		require.NoError(t, err, line)
		require.Equal(t, f[3], said, line)
	}
	for _, r := range present {
		require.True(t, seen[r.Kind+" "+formOf(r.Body)], "%s has no sample in its present form %s: add it with -update", r.Kind, formOf(r.Body))
	}
}

// stocked returns a store with one record, and with what it refers to.
func stocked(t *testing.T, present []store.Record, r store.Record) store.Driver {
	t.Helper()
	db := store.Tenant(memstore.New(), "bay")
	b := store.Batch{Puts: []store.Put{{Key: store.Key{Kind: r.Kind, ID: r.ID}, Body: r.Body}}}
	for _, p := range present {
		if r.Kind == placement.GroupKind && p.Kind == placement.Kind {
			for _, id := range []string{"PL-1", "PL-2"} {
				b.Puts = append(b.Puts, store.Put{Key: store.Key{Kind: p.Kind, ID: id}, Body: p.Body})
			}
		}
	}
	require.NoError(t, db.Commit(t.Context(), b))
	return db
}

// A kind that is new fails this test until the archive has a sample of it.
func TestRepoArchivesEveryKindOfRecord(t *testing.T) {
	kinds := 0
	name := regexp.MustCompile(`^([A-Za-z]*Kind|Kind[A-Z][A-Za-z]*)$`)
	for _, f := range folders(t) {
		if strings.HasPrefix(f.path, "examples") || f.internal() || strings.HasSuffix(f.path, "test") {
			continue
		}
		for _, file := range f.shipped {
			ast.Inspect(f.files[file], func(n ast.Node) bool {
				spec, ok := n.(*ast.ValueSpec)
				if !ok || spec.Type != nil || len(spec.Values) != 1 || !name.MatchString(spec.Names[0].Name) || !spec.Names[0].IsExported() {
					return true
				}
				lit, ok := spec.Values[0].(*ast.BasicLit)
				if !ok {
					return true
				}
				kind, err := strconv.Unquote(lit.Value)
				require.NoError(t, err)
				kinds++
				if _, stored := storedKinds[kind]; !stored && formless[kind] == "" {
					t.Errorf("%s: records of kind %s are in no archive: add them to storedKinds", file, kind)
				}
				return true
			})
		}
	}
	require.GreaterOrEqual(t, kinds, len(storedKinds)+len(formless))
}

// A stored record is saved again as it is.
type stored struct{ store.Record }

func (s stored) Pending() (store.Batch, error) {
	return store.Batch{Puts: []store.Put{{Key: store.Key{Kind: s.Kind, ID: s.ID}, Terms: s.Terms, Body: s.Body, Head: s.Head}}}, nil
}
func (stored) Committed() {}
func (stored) Stale()     {}

// Whoever asks what is kept of them, or to be forgotten, means every record that carries
// them: a kind that is new is read out and erased, or this test fails.
func TestRepoReadsOutAndErasesEveryKindOfRecordAboutAPerson(t *testing.T) {
	var found []string
	for name, kind := range storedKinds {
		if kind.sample == nil {
			continue
		}
		b, err := kind.sample(t).Pending()
		require.NoError(t, err)
		for _, p := range b.Puts {
			if p.Kind == name && (p.Terms["person"] != "" || name == person.Kind) {
				found = append(found, name)
			}
		}
	}
	var known []string
	for _, k := range subject.Kinds() {
		known = append(known, k.Name)
	}
	require.ElementsMatch(t, known, found)
}

// What was once in an archive stays there: history shows no line that went.
func TestRepoArchivesOnlyGrow(t *testing.T) {
	for _, file := range []string{"testdata/stored.txt", bodies} {
		log, err := exec.CommandContext(t.Context(), "git", "log", "--format=", "-p", "--", file).Output()
		if err != nil || len(log) == 0 {
			t.Skip("no history of the repository here")
		}
		committed := []string{}
		for line := range strings.Lines(string(log)) {
			switch {
			case strings.HasPrefix(line, "---"), strings.HasPrefix(line, "+++"):
			case strings.HasPrefix(line, "-"):
				t.Errorf("%s lost a line: %s", file, line)
			case strings.HasPrefix(line, "+"):
				committed = append(committed, line[1:])
			}
		}
		now, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, line := range committed {
			require.Contains(t, string(now), line, file)
		}
	}
}

func history[E store.Event](h func(func(store.Entry[E]) bool)) string {
	n := 0
	var last store.EventType
	for e := range h {
		n, last = n+1, e.Event.EventType()
	}
	return fmt.Sprint(n, " entries to ", last)
}

func assessed(t *testing.T) *needs.Assessment {
	t.Helper()
	a := needs.New("A-1", transition.TableOnly{})
	require.NoError(t, a.Open("P-1", worker))
	require.NoError(t, a.Identify(needs.Finding{ID: "N-1", Code: needs.Debt, Source: sp.RolePerson}, nil, worker))
	return a
}

func funded(t *testing.T) *grant.Fund {
	t.Helper()
	f := grant.NewFund("F-1", transition.TableOnly{})
	require.NoError(t, f.Open(grant.Opening{Funder: "bay/council", Currency: sp.GBP, CarryOver: grant.CarryOver{Rule: grant.CarryAll}}, funder))
	require.NoError(t, f.Allocate(2026, sp.Pounds(20_000), funder))
	return f
}

// inCatalogue reads what is stored by the repository of directories, which has one for
// all its kinds.
func inCatalogue(say func(directory.Catalogue) string) storedKind {
	return storedKind{say: func(ctx context.Context, db store.Driver, _ string) (string, error) {
		c, err := directory.NewRepository(db).Load(ctx)
		if err != nil {
			return "", err
		}
		return say(c), nil
	}}
}

var catalogue = directory.Catalogue{
	Organisations: []directory.Organisation{{ID: "bay/green", Name: "Bay Green"}},
	Services:      []directory.Service{{ID: "bay/garden", Organisation: "bay/green", Name: "The garden group"}},
	Places:        []directory.Place{{ID: "bay/park", Name: "Happy Mount Park"}},
	Venues:        []directory.Venue{{ID: "bay/garden-park", Service: "bay/garden", Place: "bay/park"}},
}

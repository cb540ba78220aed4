package fhir_test

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/shared"
	"github.com/socialprescribing/sp/referral/fhir"
	"github.com/socialprescribing/sp/referral/fhir/resource"
)

// published are the published examples of R4, of both versions of the SDOH Clinical Care
// guide, and of the NHS for bookings and referrals, by name.
func published(tb testing.TB) map[string]*resource.Object {
	tb.Helper()
	all := make(map[string]*resource.Object)
	dir := filepath.Join(shared.Dir(tb), "data", "fhir")
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".json") || strings.Contains(path, "schema") || strings.Contains(path, "profiles") {
			return err
		}
		b, err := os.ReadFile(path)
		if err == nil {
			all[filepath.Base(filepath.Dir(path))+"/"+filepath.Base(path)], err = resource.Parse(b)
		}
		return err
	})
	require.NoError(tb, err)
	require.Greater(tb, len(all), 400)
	return all
}

// trip reads a resource and writes what was read onto it again. It is nil where the resource
// was refused or is of a type that is carried.
func trip(d fhir.Decoder, e fhir.Encoder, o *resource.Object) (again *resource.Object, lost fhir.Report, err error) {
	switch o.Type() {
	case "ServiceRequest":
		v, lost, err := d.ServiceRequest(o)
		if err != nil {
			return nil, lost, err
		}
		again, out := e.ServiceRequest(v, o)
		return again, append(lost, out...), nil
	case "Task":
		v, lost, err := d.Task(o)
		if err != nil {
			return nil, lost, err
		}
		again, out := e.Task(v, o)
		return again, append(lost, out...), nil
	case "Appointment":
		v, lost, err := d.Appointment(o)
		if err != nil {
			return nil, lost, err
		}
		again, out := e.Appointment(v, o)
		return again, append(lost, out...), nil
	}
	return nil, nil, nil
}

// added are what is written beside what came: who we are and what we say in addition.
var added = []string{"id", "meta", "identifier", "extension", "businessStatus", "intent", "code", "category", "partOf", "focus"}

func TestDecoderTakesEveryPublishedExampleInAndOutWithoutAnUnreportedLoss(t *testing.T) {
	all, read := published(t), 0
	for _, name := range slices.Sorted(maps.Keys(all)) {
		for _, p := range profiles() {
			o := all[name]
			again, lost, err := trip(decoder(p), encoder(p), o)
			if err != nil {
				require.ErrorIs(t, err, sp.ErrInvalid, name)
				require.NotEmpty(t, lost.Of(fhir.Refused), name)
				continue
			}
			if again == nil {
				continue
			}
			read++
			for member, v := range o.Members() {
				w := again.Get(member)
				if v.Equal(w) || slices.Contains(added, member) && within(v, w) {
					continue
				}
				require.True(t, reported(lost, o.Type()+"."+member), "%s (%s): %s was changed, and nobody says so: %s", name, p.Name, member, lost)
			}
		}
	}
	require.Greater(t, read, 100)
}

// within reports whether everything that v says is in w still.
func within(v, w resource.Value) bool {
	switch {
	case v.IsList():
		for _, one := range v.All() {
			found := false
			for _, other := range w.All() {
				found = found || within(one, other)
			}
			if !found {
				return false
			}
		}
		return true
	case v.IsObject():
		for name, member := range v.Members() {
			if !within(member, w.Get(name)) {
				return false
			}
		}
		return true
	}
	return v.Equal(w)
}

func FuzzDecoder(f *testing.F) {
	for _, c := range cases()[:40] {
		bundle, _ := encoder(fhir.England()).Case(fhir.CaseOf(c), fhir.Collection)
		f.Add(bundle.Whole().Append(nil))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		o, err := resource.Parse(b)
		if err != nil {
			return
		}
		for _, p := range profiles() {
			d, e := decoder(p), encoder(p)
			again, lost, err := trip(d, e, o)
			if err != nil && len(lost.Of(fhir.Refused)) == 0 {
				t.Fatalf("refused, and nobody says so: %v", err)
			}
			if again != nil {
				for member, v := range o.Members() {
					if w := again.Get(member); !v.Equal(w) && !slices.Contains(added, member) && !reported(lost, o.Type()+"."+member) {
						t.Fatalf("%s was changed, and nobody says so", member)
					}
				}
			}
			if bundle, ok := resource.BundleOf(o); ok {
				c, _, err := d.Case(bundle)
				if err == nil {
					e.Case(c, fhir.Transaction)
				}
			}
		}
	})
}

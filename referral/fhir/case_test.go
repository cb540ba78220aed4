package fhir_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/fhir"
	made "github.com/socialprescribing/sp/referral/fhir/internal/written"
	"github.com/socialprescribing/sp/referral/fhir/resource"
	"github.com/socialprescribing/sp/referral/referraltest"
)

const own = "https://bay.example"

func profiles() []fhir.Profile { return []fhir.Profile{fhir.R4(), fhir.England(), fhir.SDOHCC()} }

// encoder writes for another scheme, which may read everything.
func encoder(p fhir.Profile) fhir.Encoder {
	return fhir.Encoder{
		Profile: p, Own: own, To: sp.Actor{ID: "cove", Role: sp.RoleLinkWorker}, As: consent.Health, May: referraltest.AllowAll{}, Scheme: "bay/scheme",
		At: referraltest.Day(90),
	}
}

func decoder(p fhir.Profile) fhir.Decoder { return fhir.Decoder{Profile: p, Own: own} }

// flat lists a value by path, as its JSON has it.
func flat(t *testing.T, v any) map[string]string {
	t.Helper()
	b, err := json.Marshal(v)
	require.NoError(t, err)
	var read any
	require.NoError(t, json.Unmarshal(b, &read))
	all := make(map[string]string)
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for name, one := range v {
				walk(strings.TrimPrefix(path+"."+name, "."), one)
			}
		case []any:
			for i, one := range v {
				walk(fmt.Sprintf("%s[%d]", path, i), one)
			}
		case nil: // as good as an empty list
		default:
			all[path] = fmt.Sprint(v)
		}
	}
	walk("", read)
	return all
}

// differing returns the paths at which two values differ.
func differing(t *testing.T, a, b any) (paths []string) {
	t.Helper()
	x, y := flat(t, a), flat(t, b)
	for path, v := range x {
		if y[path] != v {
			paths = append(paths, path)
		}
	}
	for path := range y {
		if _, ok := x[path]; !ok {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// reported reports whether a path is that of a loss, or lies within one.
func reported(lost fhir.Report, path string) bool {
	return slices.ContainsFunc(lost, func(l fhir.Loss) bool {
		rest, is := strings.CutPrefix(path, l.Path)
		return is && (rest == "" || rest[0] == '.' || rest[0] == '[')
	})
}

func cases() []*referral.Case {
	var all []*referral.Case
	for seed := range uint64(5) {
		all = append(all, referraltest.NewWorld(seed).Cases...)
	}
	return all
}

func TestEncoderCaseComesBackEqualButForTheReportedLosses(t *testing.T) {
	tier.Unraced(t)
	for _, p := range profiles() {
		t.Run(p.Name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(1, 2))
			for _, c := range cases() {
				out := made.Known(rng, fhir.CaseOf(c))
				e := encoder(p)
				e.May = tellAll{}
				for _, as := range []fhir.BundleType{fhir.Collection, fhir.Transaction, fhir.Message} {
					bundle, lost := e.Case(out, as)
					body := bundle.Whole().Append(nil)
					read, err := resource.Parse(body)
					require.NoError(t, err)
					again, ok := resource.BundleOf(read)
					require.True(t, ok)
					rng.Shuffle(len(again.Entries), func(i, j int) { again.Entries[i], again.Entries[j] = again.Entries[j], again.Entries[i] })
					back, missed, err := decoder(p).Case(again)
					require.NoError(t, err)
					missed = slices.DeleteFunc(missed, func(l fhir.Loss) bool { return strings.Contains(l.Path, ".activity[") }) // reported when it was written
					require.Empty(t, missed, "what we wrote ourselves is read without a loss")
					if as != fhir.Message {
						require.Empty(t, back.Carried)
					}
					slices.SortFunc(back.Placements, func(a, b fhir.Placement) int { return strings.Compare(string(a.ID), string(b.ID)) })
					slices.SortFunc(back.Scores, func(a, b fhir.Score) int { return strings.Compare(a.Scale, b.Scale) })
					slices.SortFunc(back.Goals, func(a, b fhir.Goal) int { return strings.Compare(string(a.ID), string(b.ID)) })
					slices.SortFunc(back.Sessions, func(a, b fhir.Session) int { return strings.Compare(string(a.ID), string(b.ID)) })
					for _, path := range differing(t, out, back) {
						unrecovered := slices.DeleteFunc(slices.Clone(lost), func(l fhir.Loss) bool { return l.Recoverable })
						require.True(t, reported(unrecovered, path), "%s of %s is lost, and nobody says so: %s, %s", path, c.Referral, flat(t, out)[path], flat(t, back)[path])
					}
					require.Equal(t, wordsOf(out), wordsOf(back))
				}
			}
		})
	}
}

// A partner who does not know our extensions drops them.
func TestDecoderCaseReportsWhatAPartnerDropped(t *testing.T) {
	for _, c := range cases() {
		out := fhir.CaseOf(c)
		bundle, lost := encoder(fhir.England()).Case(out, fhir.Collection)
		for i := range bundle.Entries {
			strip(bundle.Entries[i].Resource)
		}
		back, missed, err := decoder(fhir.England()).Case(bundle)
		require.NoError(t, err)
		for _, path := range differing(t, out, back) {
			require.True(t, reported(lost, path), "%s of %s is lost, and nobody said so when it was written", path, c.Referral)
		}
		_ = missed
	}
}

func TestEncoderCaseIsTheSameWhenItIsWrittenAgain(t *testing.T) {
	c := fhir.CaseOf(referraltest.NewWorld(3).Cases[20])
	e := encoder(fhir.England())
	one, _ := e.Case(c, fhir.Transaction)
	two, _ := e.Case(c, fhir.Transaction)
	require.Equal(t, string(one.Whole().Append(nil)), string(two.Whole().Append(nil)))
	for _, entry := range one.Entries {
		require.Equal(t, "PUT", entry.Object.Get("request", "method").Text())
		require.Contains(t, entry.Object.Get("request", "url").Text(), entry.Resource.Type()+"?identifier="+own+"/")
	}
}

// strip takes away what only this package understands.
func strip(o *resource.Object) {
	var kept []resource.Value
	for _, v := range o.Get("extension").All() {
		if !strings.HasPrefix(v.Get("url").Text(), fhir.Extensions) {
			kept = append(kept, v)
		}
	}
	o.Set("extension", resource.List(kept...)).Remove("businessStatus")
}

func TestEncoderCaseHasThePersonAsFarAsThePermissionAllows(t *testing.T) {
	w := referraltest.NewWorld(3)
	out := fhir.CaseOf(w.Cases[20])
	out.Person = &w.People[20]
	bundle, _ := encoder(fhir.England()).Case(out, fhir.Collection)
	require.Equal(t, "Patient", bundle.Entries[0].Resource.Type())
	require.Equal(t, bundle.Entries[0].FullURL, bundle.Entries[1].Resource.Get("subject", "reference").Text())
	back, _, err := decoder(fhir.England()).Case(bundle)
	require.NoError(t, err)
	require.Equal(t, out.Person.ID, back.Person.ID)
	require.Equal(t, out.Person.Name.Reveal(), back.Person.Name.Reveal())

	e := encoder(fhir.England())
	e.May = nil
	without, lost := e.Case(out, fhir.Collection)
	require.NotContains(t, written(without), out.Person.Name.Reveal().Given)
	require.NotEmpty(t, lost.Of(fhir.Withheld).Under("person"))
}

package consent_test

import (
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/internal/shared"
	"github.com/socialprescribing/sp/person"
)

var update = flag.Bool("update", false, "write golden files anew")

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// whoTold is the ID of each recipient in these tests.
func whoTold(r consent.Recipient) string {
	switch r {
	case consent.ToLinkWorker:
		return "ann"
	case consent.ToPerson:
		return "P-1"
	case consent.ToGuardian:
		return "P-2"
	default:
		return "bay/" + string(r)
	}
}

func ask(to consent.Recipient, f consent.Purpose, k consent.Kind) consent.Ask {
	return consent.Ask{To: whoTold(to), As: to, Purpose: f, Kind: k, Code: codeOf(k), Designated: true, At: noon}
}

func codeOf(k consent.Kind) string {
	if k == consent.Flags {
		return "crisis"
	}
	return ""
}

func adult() consent.File {
	return consent.File{Person: "P-1", Nation: consent.England, Born: sp.Hide(sp.NewDate(1970, 5, 1)), Holder: "ann"}
}

func child(years int) consent.File {
	f := adult()
	f.Born = sp.Hide(sp.DateOf(noon).AddMonths(-12*years - 1))
	f.Deciders = []consent.Decider{{ID: "P-2", Authority: person.ParentalResponsibility}}
	return f
}

// everywhere is a scope that names everything.
func everywhere() consent.Scope {
	var to []string
	for _, r := range consent.Recipients() {
		to = append(to, string(r))
	}
	return consent.Scope{Purposes: consent.Purposes(), To: to, Kinds: consent.Kinds()}
}

func yes(by person.ID, as person.Authority) consent.Choice {
	return consent.Choice{ID: "C-1", By: by, As: as, Scope: everywhere(), Wording: consent.Wording{ID: "share", Version: "3"}, Given: consent.Spoken, At: noon.Add(-time.Hour)}
}

func finding(result sp.Truth, by consent.Standard) consent.Finding {
	return consent.Finding{ID: "F-1", Scope: everywhere(), Result: result, Standard: by, At: noon.Add(-2 * time.Hour)}
}

// situations are the files under which every cell of the table is decided.
func situations() (names []string, files map[string]func(consent.Recipient) consent.File) {
	override := func(g consent.Ground) func(consent.Recipient) consent.File {
		return func(r consent.Recipient) consent.File {
			f := adult()
			f.Overrides = []consent.Override{{ID: "O-1", Ground: g, To: whoTold(r), Kinds: consent.Kinds(), At: noon.Add(-time.Hour), Review: noon.Add(time.Hour)}}
			return f
		}
	}
	plain := func(change func(*consent.File)) func(consent.Recipient) consent.File {
		return func(consent.Recipient) consent.File { f := adult(); change(&f); return f }
	}
	young := func(years int, change func(*consent.File)) func(consent.Recipient) consent.File {
		return func(consent.Recipient) consent.File { f := child(years); change(&f); return f }
	}
	files = map[string]func(consent.Recipient) consent.File{
		"nothing on file":     plain(func(*consent.File) {}),
		"agreed":              plain(func(f *consent.File) { f.Choices = []consent.Choice{yes("P-1", consent.Themself)} }),
		"override":            override(consent.AdultAtRisk),
		"danger to life":      override(consent.DangerToLife),
		"objected":            plain(func(f *consent.File) { f.Objections = []consent.Objection{{By: "P-1", At: noon.Add(-time.Hour)}} }),
		"died":                plain(func(f *consent.File) { f.Died = noon.Add(-time.Hour) }),
		"born unknown":        plain(func(f *consent.File) { f.Born = sp.Personal[sp.Date]{} }),
		"child":               young(10, func(*consent.File) {}),
		"nobody decides":      young(10, func(f *consent.File) { f.Deciders = nil }),
		"parent agreed":       young(10, func(f *consent.File) { f.Choices = []consent.Choice{yes("P-2", person.ParentalResponsibility)} }),
		"young person agreed": young(16, func(f *consent.File) { f.Choices = []consent.Choice{yes("P-1", consent.Themself)} }),
		"override for a child": func(r consent.Recipient) consent.File {
			f := child(10)
			f.Overrides = []consent.Override{{ID: "O-1", Ground: consent.ChildHarm, To: whoTold(r), Kinds: consent.Kinds(), At: noon.Add(-time.Hour), Review: noon.Add(time.Hour)}}
			return f
		},
		"competent objects": young(14, func(f *consent.File) {
			f.Findings = []consent.Finding{finding(sp.Yes, consent.Gillick)}
			f.Objections = []consent.Objection{{By: "P-1", At: noon.Add(-time.Hour)}}
		}),
		"ordered": func(r consent.Recipient) consent.File {
			f := adult()
			f.Orders = []consent.Order{{ID: "CO-1", Duty: consent.CourtOrder, To: []string{whoTold(r)}, Kinds: []consent.Kind{consent.Identity, consent.Notes}, At: noon.Add(-time.Hour)}}
			return f
		},
	}
	return []string{
		"nothing on file", "agreed", "override", "danger to life", "ordered", "objected", "died", "born unknown", "child", "nobody decides", "parent agreed", "competent objects", "young person agreed", "override for a child",
	}, files
}

// The exhaustive table: every recipient, purpose and kind in every situation. A cell that
// moves is a decision about people, and is looked at one by one.
func TestTheStandardTableIsDecidedInEveryCellAndSituation(t *testing.T) {
	p, out := consent.StandardPolicy(), strings.Builder{}
	names, files := situations()
	mark := map[consent.Authority]string{"": ".", consent.Agreement: "a", consent.Implied: "i", consent.Overrides: "o", consent.Statutory: "s"}
	out.WriteString("# Per kind: . told nothing, a by agreement, i implied, o by override, s by a duty. The kinds: " + fmt.Sprint(consent.Kinds()) + "\n")
	for _, to := range consent.Recipients() {
		for _, purpose := range consent.Purposes() {
			fmt.Fprintf(&out, "\n%s %s ", to, purpose)
			for _, k := range consent.Kinds() {
				out.WriteString(p.Table.Letter(to, purpose, k).String())
			}
			out.WriteString("\n")
			for _, name := range names {
				f := files[name](to)
				var cells strings.Builder
				for _, k := range consent.Kinds() {
					cells.WriteString(mark[p.Decide(&f, ask(to, purpose, k)).Authority])
				}
				fmt.Fprintf(&out, "  %s %s\n", cells.String(), name)
			}
		}
	}
	golden(t, "decisions.txt", out.String())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func TestTheStandardTableIsTheOneOfTheReference(t *testing.T) {
	file, err := os.Open(filepath.Join(shared.Dir(t), "data", "consent", "decision-table.csv"))
	require.NoError(t, err)
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 1+12*9*10)
	table := consent.StandardTable()
	for i, row := range rows[1:] {
		to, purpose, k := consent.Recipients()[i/90], consent.Purposes()[i/10%9], consent.Kind(row[2])
		require.Equal(t, row[3], table.Letter(to, purpose, k).String(), "%v", row)
		require.Equal(t, consent.Kinds()[i%10], k)
	}
}

// The rules of the reference about all 1,080 cells.
func TestTheTableKeepsItsRules(t *testing.T) {
	table := consent.StandardTable()
	for _, to := range consent.Recipients() {
		for _, purpose := range consent.Purposes() {
			for _, k := range consent.Kinds() {
				l, cell := table.Letter(to, purpose, k), fmt.Sprint(to, " ", purpose, " ", k)
				if l == consent.AggregateOnly && (k == consent.Contact || k == consent.Identity || k == consent.Notes) {
					t.Error(cell, "aggregates what names somebody")
				}
				if l == consent.Always {
					require.NotEqual(t, consent.ToCommissioner, to, cell)
					require.NotEqual(t, consent.ToResearcher, to, cell)
				}
				if k == consent.Notes && l == consent.Always {
					inside := to == consent.ToLinkWorker ||
						(to == consent.ToLead || to == consent.ToSafeguardingLead) && (purpose == consent.Supervision || purpose == consent.ForSafeguarding)
					require.True(t, inside, cell)
				}
			}
		}
	}
	require.Equal(t, consent.Never, table.Letter("neighbour", consent.DirectCare, consent.Needs))
	require.Equal(t, consent.Never, table.Letter(consent.ToGP, "gossip", consent.Needs))
	require.Equal(t, consent.Never, table.Letter(consent.ToGP, consent.DirectCare, "shoe-size"))
}

// level is how much a file lets be told: 0 nothing, 1 something.
func told(f consent.File, q consent.Ask) bool { return consent.StandardPolicy().Decide(&f, q).Allow }

func drawAsk(t *rapid.T) consent.Ask {
	q := ask(rapid.SampledFrom(consent.Recipients()).Draw(t, "to"), rapid.SampledFrom(consent.Purposes()).Draw(t, "for"), rapid.SampledFrom(consent.Kinds()).Draw(t, "kind"))
	q.At = noon.Add(time.Duration(rapid.IntRange(-72, 72).Draw(t, "hours")) * time.Hour)
	return q
}

func drawFile(t *rapid.T) consent.File {
	f := adult()
	if rapid.Bool().Draw(t, "young") {
		f = child(rapid.IntRange(0, 18).Draw(t, "years"))
	}
	f.Nation = rapid.SampledFrom([]consent.Nation{consent.England, consent.Scotland, consent.Wales, consent.NorthernIreland}).Draw(t, "nation")
	f.Abuse = rapid.SampledFrom([]sp.Truth{sp.Unknown, sp.Yes, sp.No}).Draw(t, "abuse")
	for i := range rapid.IntRange(0, 3).Draw(t, "choices") {
		c := yes("P-1", consent.Themself)
		if rapid.Bool().Draw(t, "parent") {
			c = yes("P-2", person.ParentalResponsibility)
		}
		c.ID = consent.ChoiceID(fmt.Sprint("C-", i))
		c.Refused = rapid.Bool().Draw(t, "refused")
		c.At = noon.Add(time.Duration(rapid.IntRange(-72, 0).Draw(t, "when")) * time.Hour)
		if rapid.Bool().Draw(t, "expires") {
			c.Until = c.At.Add(24 * time.Hour)
		}
		f.Choices = append(f.Choices, c)
	}
	if rapid.Bool().Draw(t, "found") {
		standard := rapid.SampledFrom([]consent.Standard{consent.Gillick, consent.MCA, consent.ALCS, consent.AWI, consent.MCANI, consent.Fraser}).Draw(t, "standard")
		f.Findings = append(f.Findings, finding(rapid.SampledFrom([]sp.Truth{sp.Unknown, sp.Yes, sp.No}).Draw(t, "result"), standard))
	}
	return f
}

func TestAFileWithoutOneOfItsAgreementsOpensNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, q := drawFile(t), drawAsk(t)
		before := told(f, q)
		f.Choices = slices.DeleteFunc(f.Choices, func(c consent.Choice) bool { return !c.Refused })
		if told(f, q) && !before {
			t.Fatalf("%v", q)
		}
	})
}

// A parent has refused, and the child has agreed. Once there is a concern about abuse the child's word
// alone would have opened what the refusal had closed.
func TestADecisionUnderAConcernAboutAbuseKeepsARefusal(t *testing.T) {
	f := child(0)
	no := yes("P-2", person.ParentalResponsibility)
	no.ID, no.Refused = "C-1", true
	f.Choices = []consent.Choice{no, yes("P-1", consent.Themself)}
	f.Nation = consent.England
	for _, abuse := range []sp.Truth{sp.Unknown, sp.No, sp.Yes} {
		f.Abuse = abuse
		answer := consent.StandardPolicy().Decide(&f, ask(consent.ToGuardian, consent.DirectCare, consent.Identity))
		require.False(t, answer.Allow, abuse)
		require.Equal(t, consent.Refused, answer.Reason, abuse)
	}
}

func TestADecisionUnderAConcernAboutAbuseOpensNothingToThoseAround(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, q := drawFile(t), drawAsk(t)
		f.Abuse = sp.No
		before := told(f, q)
		f.Abuse = sp.Yes
		if told(f, q) && !before && slices.Contains([]consent.Recipient{consent.ToProvider, consent.ToSchool, consent.ToGuardian, consent.ToReferrer}, q.As) {
			t.Fatalf("%v", q)
		}
	})
}

func TestADecisionOnceFoundCompetentOpensNoMoreToTheGuardianAtALowerAge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		older, q := drawFile(t), drawAsk(t)
		years := rapid.IntRange(1, 17).Draw(t, "older")
		older.Deciders = child(1).Deciders
		older.Findings = []consent.Finding{finding(sp.Yes, rapid.SampledFrom([]consent.Standard{consent.Gillick, consent.ALCS, consent.MCA, consent.AWI, consent.MCANI}).Draw(t, "by"))}
		older.Findings[0].At = noon.AddDate(0, 0, -30)
		younger := older
		older.Born, younger.Born = child(years).Born, child(rapid.IntRange(0, years).Draw(t, "younger")).Born
		q.As, q.To = consent.ToGuardian, "P-2"
		if told(younger, q) && !told(older, q) {
			t.Fatalf("%v", q)
		}
	})
}

func TestNothingIsToldWithoutAnAuthority(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, q := drawFile(t), drawAsk(t)
		a := consent.StandardPolicy().Decide(&f, q)
		if a.Allow != (a.Authority != "") || (a.Err() == nil) != a.Allow {
			t.Fatalf("%v: %v", q, a)
		}
	})
}

// A clock that goes back decides as at the last time that is on record.
func TestAClockThatGoesBackRevivesNothingOfAFile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, q := drawFile(t), drawAsk(t)
		f.Last = noon.Add(48 * time.Hour)
		now := q
		now.At = f.Last
		if told(f, q) && q.At.Before(f.Last) && !told(f, now) {
			t.Fatalf("%v", q)
		}
	})
}

func BenchmarkDecide(b *testing.B) {
	p, f := consent.StandardPolicy(), child(14)
	f.Findings = []consent.Finding{finding(sp.Yes, consent.Gillick)}
	for i := range 5 {
		c := yes("P-1", consent.Themself)
		c.ID, c.At = consent.ChoiceID(fmt.Sprint("C-", i)), noon.Add(-time.Duration(i)*time.Hour)
		c.Scope = consent.Scope{Purposes: []consent.Purpose{consent.DirectCare}, To: []string{fmt.Sprint("bay/", i), "bay/provider"}, Kinds: consent.Kinds()[:3]}
		f.Choices = append(f.Choices, c)
	}
	q := ask(consent.ToProvider, consent.DirectCare, consent.Contact)
	b.ReportAllocs()
	for b.Loop() {
		if !p.Decide(&f, q).Allow {
			b.Fatal("denied")
		}
	}
}

func TestAskSaysWhoAnActorIsAndForWhomTheyAct(t *testing.T) {
	for name, tt := range map[string]struct {
		by   sp.Actor
		want consent.Ask
	}{
		"a worker is themself":               {sp.Actor{ID: "ann", Role: sp.RoleLinkWorker, For: "bay"}, consent.Ask{To: "ann", As: consent.ToLinkWorker}},
		"a lead is one":                      {sp.Actor{ID: "lena", Role: sp.RoleTeamLead}, consent.Ask{To: "lena", As: consent.ToLead}},
		"a provider is the organisation":     {sp.Actor{ID: "sam", Role: sp.RoleProvider, For: "bay/green"}, consent.Ask{To: "bay/green", As: consent.ToProvider}},
		"a practice is the practice":         {sp.Actor{ID: "dr", Role: sp.RoleReferrer, For: "bay/hill"}, consent.Ask{To: "bay/hill", As: consent.ToReferrer}},
		"a provider who acts for themself":   {sp.Actor{ID: "sam", Role: sp.RoleProvider}, consent.Ask{To: "sam", As: consent.ToProvider}},
		"whoever holds the link of a person": {sp.Actor{ID: "x", Role: sp.RolePerson, For: "P-1"}, consent.Ask{To: "P-1", As: consent.ToPerson}},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, tt.want, consent.AskOf(tt.by)) })
	}
}

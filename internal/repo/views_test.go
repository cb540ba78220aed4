package repo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/funding/grant"
	personal "github.com/socialprescribing/sp/internal/vocabulary"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/referral/worklist"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/transition"
)

// A seen value is one of which a web service writes JSON.
type seen struct {
	name  string // of its golden file
	value any
}

var (
	viewDay    = time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)
	viewWorker = sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, viewDay)
)

// views returns one of each kind of value, in states in which nearly every member is
// there. What a person or somebody about them has said holds the marker of personal data.
func views(t *testing.T) []seen {
	t.Helper()
	db := store.Tenant(memstore.New(), "bay")
	return append(append(caseViews(t, db), personViews(t, db)...), append(moneyViews(t, db), numberViews(t)...)...)
}

func caseViews(t *testing.T, db store.Driver) []seen {
	t.Helper()
	c := referral.NewCase(referraltest.Referral("R-1", referral.StateActive))
	a := referraltest.Proposal("PL-1")
	a.Venue = "bay/garden@hall"
	p, err := c.Propose(a, referraltest.By(sp.RoleLinkWorker, 4))
	require.NoError(t, err)
	require.NoError(t, p.Offer(referraltest.Sending(), referraltest.AllowAll{}, referraltest.By(sp.RoleLinkWorker, 5)))
	require.NoError(t, p.Accept(referraltest.By(sp.RoleProvider, 6)))
	x, err := c.PlanSession("PL-1", "S-1", referraltest.Day(20), referraltest.By(sp.RoleProvider, 6))
	require.NoError(t, err)
	require.NoError(t, x.Attend(session.Attended{Minutes: 90}, referraltest.By(sp.RoleProvider, 20)))
	require.NoError(t, c.Referral.PlanFollowUp(sp.NewDate(2026, 6, 1), referraltest.By(sp.RoleLinkWorker, 21)))
	require.NoError(t, store.Save(t.Context(), db, c))
	loaded, err := referral.NewRepository(db, referraltest.AllowAll{}).Case(t.Context(), "R-1")
	require.NoError(t, err)
	var waits []worklist.Wait
	waiting := referraltest.Referral("R-2", referral.StateAccepted)
	require.NoError(t, store.Save(t.Context(), db, waiting))
	standards := worklist.Standards{Name: "bay-1", Days: map[referral.Urgency]int{referral.Routine: 7, referral.Soon: 7, referral.Urgent: 7}, Ageing: 5}
	waits, err = worklist.Waiting(t.Context(), referral.NewRepository(db, nil), referral.Query{}, standards, sp.Calendar{}, referraltest.Day(10))
	require.NoError(t, err)
	require.Len(t, waits, 1)
	declined := referraltest.PlacementOf(a, placement.StateLapsed)
	closed := referraltest.Referral("R-3", referral.StateClosed)
	return []seen{
		{"referral", loaded.Referral},
		{"referral-new", referral.New("R-9", nil)},
		{"referral-closed", closed},
		{"placement", loaded.Placements[0]},
		{"placement-lapsed", declined},
		{"session", loaded.Sessions[0]},
		{"session-missed", referraltest.Session("S-2", session.StateMissed)},
		{"case", loaded},
		{"timeline", loaded.Timeline()},
		{"waiting", waits},
		{"owed", worklist.Owed{To: "provider", Recipient: "bay/green", Referral: "R-1", Placement: "PL-1", Since: viewDay, Days: 3}},
		{"stuck", worklist.Finding{Rule: worklist.Rule{Code: "no-placement", Says: "nothing was proposed", States: []referral.State{referral.StateActive}, Since: worklist.SinceContact, Days: 14, Unplaced: true}, Referral: "R-1", Worker: "ann", Since: viewDay, Days: 20}},
	}
}

func personViews(t *testing.T, db store.Driver) []seen {
	t.Helper()
	number, err := sp.ParseNHSNumber("943 476 5919")
	require.NoError(t, err)
	record, err := person.Register(person.Person{
		ID: "P-1", NHSNumber: number, Name: sp.Hide(person.Name{Given: personal.Marker, Known: personal.Marker}),
		Born: sp.Hide(sp.NewDate(1959, time.March, 14)), Address: sp.Hide(person.Address{Lines: []string{personal.Marker}, Postcode: "LA4 5AB"}),
		Contacts:      []person.Contact{{Value: sp.Hide("07700 900123 " + personal.Marker), Safe: map[person.Channel]sp.Truth{person.Text: sp.Yes}, Note: sp.Hide(personal.Marker)}},
		Circumstances: sp.Hide(person.Circumstances{Languages: []directory.Language{"pl"}}),
	}, viewWorker)
	require.NoError(t, err)
	assessment := needs.New("A-1", transition.TableOnly{})
	require.NoError(t, assessment.Open("P-1", viewWorker))
	require.NoError(t, assessment.Identify(needs.Finding{ID: "N-1", Code: needs.Loneliness, Source: sp.RolePerson, Severity: needs.Severe}, nil, viewWorker))
	require.NoError(t, assessment.Identify(needs.Finding{ID: "N-2", Code: "pets", Source: sp.RolePerson}, nil, viewWorker))
	require.NoError(t, assessment.Order([]needs.ID{"N-1"}, viewWorker))
	phq9, _ := measure.Find("phq-9")
	_, err = assessment.Measure(phq9, measure.Answers{"1": 1, "2": 2, "3": 2, "4": 1, "5": 1, "6": 2, "7": 1, "8": 0, "9": 1}, viewWorker)
	require.NoError(t, err)
	require.NoError(t, assessment.SetGoal("G-1", []needs.ID{"N-1"}, sp.NewDate(2026, time.June, 1), viewWorker))
	plan, err := needs.WritePlan(needs.Plan{
		Assessment: "A-1", Person: "P-1", Matters: []sp.Personal[string]{sp.Hide(personal.Marker)}, Support: sp.Hide(personal.Marker),
		Items: []needs.Item{{Goal: "G-1", Words: sp.Hide(personal.Marker), Steps: []needs.Step{{Words: sp.Hide(personal.Marker), Who: sp.RolePerson}}}},
	}, assessment, viewWorker)
	require.NoError(t, err)
	require.NoError(t, store.Save(t.Context(), db, record, assessment, plan))
	return []seen{
		{"person-record", record},
		{"person-profile", record.Person().Profile(sp.NewDate(2026, time.April, 1))},
		{"assessment", assessment},
		{"assessment-new", needs.New("A-9", nil)},
		{"plan", plan},
	}
}

func moneyViews(t *testing.T, db store.Driver) []seen {
	t.Helper()
	funder := sp.By(sp.Actor{ID: "lee", Role: grant.RoleFunder, For: "bay/council"}, viewDay)
	provider := sp.By(sp.Actor{ID: "sam", Role: sp.RoleProvider, For: "bay/green"}, viewDay)
	fund, award := grant.NewFund("F-1", transition.TableOnly{}), grant.NewAward("A-1", transition.TableOnly{})
	require.NoError(t, fund.Open(grant.Opening{Funder: "bay/council", Currency: sp.GBP, CarryOver: grant.CarryOver{Rule: grant.CarryAll}}, funder))
	require.NoError(t, fund.Allocate(2026, sp.Pounds(50_000), funder))
	terms := contract.Terms{
		ID: "A-1", Provider: "bay/green", Service: "bay/walks", Basis: contract.ByMonths, Period: sp.NewDate(2026, time.April, 1).Months(12), Amount: sp.Pounds(30_000),
		Costs: contract.Costs{Salary: sp.Pounds(20_000), Activity: sp.Pounds(10_000)},
	}
	var err error
	terms.Instalments, err = contract.Instalments(terms.Amount, sp.NewDate(2026, 4, 15), sp.NewDate(2026, 10, 15))
	require.NoError(t, err)
	require.NoError(t, fund.Offer(award, terms, funder))
	require.NoError(t, award.Agree(provider))
	require.NoError(t, fund.Pay(award, 1, funder))
	require.NoError(t, store.Save(t.Context(), db, fund, award))
	return []seen{
		{"fund", fund},
		{"fund-new", grant.NewFund("F-9", nil)},
		{"award", award},
		{"award-new", grant.NewAward("A-9", nil)},
	}
}

func numberViews(t *testing.T) []seen {
	t.Helper()
	offer := directory.Offer{ID: "bay/walks", Service: "bay/walks", Name: "Wednesday walks"}
	ranked := matching.Rank(person.Profile{ID: "P-1"}, []directory.Offer{offer}, matching.Options{})
	require.Len(t, ranked, 1)
	return []seen{
		{"proposal", ranked[0]},
		{"verdict", ranked[0].Verdict},
		{"near-miss", matching.NearMiss{Offer: offer, Rule: matching.Reachable, Change: matching.Change{By: matching.Scheme, What: "transport is funded"}, Score: 7}},
		{"estimate", stat.Estimate{Value: 0.25, Interval: stat.Interval{Lower: 0.1, Upper: 0.5}, Level: 0.95, Method: stat.MethodWilson, Numerator: 5, Denominator: 20, Per: 1}},
		{"estimate-open", stat.Estimate{Value: math.NaN(), Interval: stat.Interval{Lower: 18, Upper: math.Inf(1)}, Level: 0.95, Undefined: stat.NotReached}},
	}
}

func TestRepoShowsWebServicesAStableForm(t *testing.T) {
	for _, v := range views(t) {
		t.Run(v.name, func(t *testing.T) {
			data, err := json.MarshalIndent(v.value, "", "\t")
			require.NoError(t, err)
			require.NotEqual(t, "{}", string(data), "an aggregate that writes nothing")
			for line := range strings.Lines(string(data)) {
				name, _, member := strings.Cut(strings.TrimSpace(line), `": `)
				require.False(t, member && name[1] >= 'A' && name[1] <= 'Z', "a member has the name of a Go field: %s", line)
			}
			file := filepath.Join("testdata", "views", v.name+".json")
			if *update {
				require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
				require.NoError(t, os.WriteFile(file, append(data, '\n'), 0o644))
			}
			kept, err := os.ReadFile(file)
			require.NoError(t, err)
			require.Equal(t, string(kept), string(data)+"\n", "the form is a promise to other people's programs: members are added and never change")
		})
	}
}

func TestRepoShowsNoPersonalData(t *testing.T) {
	for _, v := range views(t) {
		var out bytes.Buffer
		for verb := range strings.SplitSeq("v +v #v s q x X d", " ") {
			fmt.Fprintf(&out, "%"+verb+"\n", v.value)
		}
		for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
			slog.New(h).Info("x", "v", v.value, "in", struct{ V any }{v.value})
		}
		data, err := json.Marshal(struct{ V any }{v.value})
		require.NoError(t, err, v.name)
		out.Write(data)
		for _, secret := range []string{personal.Marker, "9434765919", "943 476 5919", "07700 900", "1959-03-14", "LA4 5AB", "nhs-number", "unique:"} {
			require.NotContains(t, out.String(), secret, v.name)
		}
	}
}

// Versions are what If-Match is compared with: they count commits, and are 0 before.
func TestRepoVersionsAreReadableAndCountCommits(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	r := referraltest.Referral("R-1", referral.StateActive)
	require.Zero(t, r.Version())
	require.NoError(t, store.Save(t.Context(), db, r))
	require.EqualValues(t, 1, r.Version())
	stored, err := db.Get(t.Context(), store.Key{Kind: referral.Kind, ID: "R-1"})
	require.NoError(t, err)
	require.Equal(t, stored.Version, r.Version())
	require.NoError(t, r.PlanFollowUp(sp.NewDate(2026, 6, 1), referraltest.By(sp.RoleLinkWorker, 5)))
	require.EqualValues(t, 1, r.Version(), "what is pending is not saved")
	require.NoError(t, store.Save(t.Context(), db, r))
	loaded, err := referral.NewRepository(db, nil).Load(t.Context(), "R-1")
	require.NoError(t, err)
	require.EqualValues(t, 2, loaded.Version())
	require.Equal(t, loaded.Version(), r.Version())
}

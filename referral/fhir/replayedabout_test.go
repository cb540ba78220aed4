package fhir_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/fhir"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// across returns a case as another scheme reads it from the bundle in which it came.
func across(t *testing.T, c fhir.Case) fhir.Case {
	t.Helper()
	back, _, err := decoder(fhir.England()).Case(bundled(t, c))
	require.NoError(t, err)
	return back
}

var taker = referraltest.By(sp.RoleLinkWorker, 90)

func TestCaseReplayRaisesTheConcernsThatAreOpen(t *testing.T) {
	other := sp.Actor{ID: "bo", Role: sp.RoleProvider}
	over := concern.Concern{ID: "F-2", Kind: concern.Safeguarding, Raised: referraltest.Day(3), Ended: referraltest.Day(4), Answer: concern.Accepted, To: "team", By: other}
	for _, tt := range []struct {
		name   string
		here   []concern.ID
		there  concern.Concern
		raised int
		lost   string
	}{
		{"one that is open", nil, concern.Concern{ID: "F-1", Kind: concern.Safeguarding, Raised: referraltest.Day(3), By: other}, 1, "flags[0].by: coarsened: link-worker here, provider there"},
		{"one of which nobody says how it ended", nil, concern.Concern{ID: "F-1", Kind: concern.Crisis, Raised: referraltest.Day(3), Ended: referraltest.Day(4), By: taker.By}, 1, ""},
		{"one that is known", []concern.ID{"F-1"}, concern.Concern{ID: "F-1", Kind: concern.Safeguarding, Raised: referraltest.Day(3), By: other}, 1, ""},
		{"one that ended there and not here", []concern.ID{"F-2"}, over, 1, "flags[0].ended: refused: open here, ended there (warning)"},
		{"one that ended there and was never known here", nil, over, 0, "flags[0]: dropped: flags here (warning)"},
		{"one without a name", nil, concern.Concern{Kind: concern.Safeguarding, Raised: referraltest.Day(3)}, 0, "flags[0]: refused: flag there (error)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			kept := referral.NewCase(referraltest.Referral("R-1", referral.StateActive))
			for _, id := range tt.here {
				require.NoError(t, kept.Referral.Raise(referral.Flagged{Flag: id, Kind: concern.Safeguarding}, taker))
			}
			said := fhir.CaseOf(referral.NewCase(referraltest.Referral("R-1", referral.StateActive)))
			said.Flags = []concern.Concern{tt.there}
			lost, err := said.Replay(kept, referraltest.AllowAll{}, taker)
			require.NoError(t, err)
			require.Equal(t, tt.lost, lost.Under("flags").String())
			_, err = said.Replay(kept, referraltest.AllowAll{}, taker)
			require.NoError(t, err)
			require.Len(t, kept.Referral.Concerns(), tt.raised, "twice is once")
			if tt.raised > 0 && len(tt.here) == 0 {
				x := kept.Referral.Concerns()[0]
				require.Equal(t, referraltest.Day(3), x.Raised)
				require.True(t, x.Open())
			}
		})
	}
}

// assessedCase is a case with needs and goals, as it stands somewhere.
func assessedCase(t *testing.T) *referral.Case {
	t.Helper()
	r := referraltest.Referral("R-1", referral.StateActive)
	a := needs.New("A-1", referraltest.AllowAll{})
	day := func(n int) sp.Stamp { return referraltest.By(sp.RoleLinkWorker, n) }
	require.NoError(t, a.Open(r.Person(), day(5)))
	for id, f := range map[needs.ID]needs.Finding{
		"N-1": {Code: needs.Loneliness, Severity: needs.Crisis, Source: sp.RolePerson}, "N-2": {Code: needs.Debt, Since: sp.NewDate(2025, 3, 1)}, "N-3": {Code: needs.Housing},
	} {
		f.ID = id
		require.NoError(t, a.Identify(f, nil, day(6)))
	}
	require.NoError(t, a.Order([]needs.ID{"N-2", "N-1"}, day(6)))
	require.NoError(t, a.SetGoal("G-1", []needs.ID{"N-1"}, sp.DateOf(referraltest.Day(120)), day(7)))
	require.NoError(t, a.SetGoal("G-2", []needs.ID{"N-2"}, sp.DateOf(referraltest.Day(30)), day(7)))
	require.NoError(t, a.Resolve("N-3", needs.Met, needs.ByOthers, day(8)))
	return referral.NewCase(r, a)
}

func TestCaseReplayRecordsNeedsAndGoalsInTheAssessmentThatTheCaseHas(t *testing.T) {
	from := assessedCase(t)
	read := across(t, fhir.CaseOf(from))

	without := referral.NewCase(referral.New("R-1", referraltest.AllowAll{}))
	lost, err := read.Replay(without, referraltest.AllowAll{}, taker)
	require.NoError(t, err)
	require.Equal(t, "needs[0]: dropped: assessment here", lost.Under("needs[0]").String())
	require.Equal(t, "goals[0]: dropped: assessment here", lost.Under("goals[0]").String())

	db := store.Tenant(memstore.New(), "bay")
	kept := referral.NewCase(referral.New("R-1", referraltest.AllowAll{}), needs.New("A-1", referraltest.AllowAll{}))
	lost, err = read.Replay(kept, referraltest.AllowAll{}, taker)
	require.NoError(t, err)
	require.NoError(t, store.Save(t.Context(), db, kept))
	for i, n := range from.Assessments[0].Needs() {
		n.Ratings = nil // by when they were made is not told
		got := kept.Assessments[0].Needs()[i]
		got.Ratings = nil
		require.Equal(t, n, got)
		require.Equal(t, fhir.Defaulted, lost.Under("needs[0]")[0].Kind, "when it was found")
	}
	require.Equal(t, []needs.Goal{{ID: "G-1", Needs: []needs.ID{"N-1"}, Review: sp.DateOf(referraltest.Day(120))}}, kept.Assessments[0].Goals())
	require.Equal(t, "goals[1]: refused: set-goal there (warning)", lost.Under("goals[1]").String(), "its review is due already")

	again, err := referral.NewRepository(db, referraltest.AllowAll{}).Case(t.Context(), "R-1")
	require.NoError(t, err)
	_, err = read.Replay(again, referraltest.AllowAll{}, referraltest.By(sp.RoleLinkWorker, 96))
	require.NoError(t, err)
	batch, err := again.Pending()
	require.NoError(t, err)
	require.Empty(t, batch.Events, "the same twice is once")
}

// What comes later is one step each: a review of a goal, the end of a need. What may be older
// than what is known here is reported.
func TestCaseReplayTakesWhatHasHappenedToNeedsSince(t *testing.T) {
	from := assessedCase(t)
	a := from.Assessments[0]
	kept := referral.NewCase(referral.New("R-1", referraltest.AllowAll{}), needs.New("A-1", referraltest.AllowAll{}))
	read := across(t, fhir.CaseOf(from))
	_, err := read.Replay(kept, referraltest.AllowAll{}, taker)
	require.NoError(t, err)

	day := func(n int) sp.Stamp { return referraltest.By(sp.RoleLinkWorker, n) }
	require.NoError(t, a.Review(needs.Reviewed{Goal: "G-1", Reached: 4, Next: sp.DateOf(referraltest.Day(150))}, day(100)))
	require.NoError(t, a.Review(needs.Reviewed{Goal: "G-1", Reached: 9, Outcome: needs.Met}, day(110)))
	require.NoError(t, a.Resolve("N-1", needs.Met, needs.ByOthers, day(111)))
	require.NoError(t, a.Rate("N-2", needs.Severe, day(111)))
	require.NoError(t, a.Order([]needs.ID{"N-1", "N-2"}, day(111)))
	read = across(t, fhir.CaseOf(from))
	lost, err := read.Replay(kept, referraltest.AllowAll{}, day(120))
	require.NoError(t, err)
	g := kept.Assessments[0].Goals()[0]
	require.Equal(t, needs.Met, g.Outcome)
	require.Equal(t, []needs.Review{{At: referraltest.Day(110), Reviewed: needs.Reviewed{Goal: "G-1", Reached: 9, Outcome: needs.Met}}}, g.Reviews)
	require.NotEmpty(t, lost.Under("goals[0].reviews"), "of two reviews the last is recorded")
	for _, n := range kept.Assessments[0].Needs() {
		switch n.ID {
		case "N-1":
			require.Equal(t, needs.Met, n.Outcome)
		case "N-2":
			require.Zero(t, n.Severity, "which is the newer rating nobody says")
		}
	}
	require.Contains(t, lost.String(), "severity: refused: not rated here, severe there (warning)")
	require.Contains(t, lost.String(), "needs: dropped: rank here")
}

func TestCaseReplayChoicesRecordsWhatWasPermittedRefusedAndWithdrawn(t *testing.T) {
	scope := consent.Scope{To: []string{"provider"}, Purposes: []consent.Purpose{consent.DirectCare}, Kinds: []consent.Kind{consent.Needs}}
	choice := func(id string, refused bool) consent.Choice {
		return consent.Choice{ID: consent.ChoiceID(id), By: "P-1", As: consent.Themself, Given: consent.Spoken, Refused: refused, At: referraltest.Day(1), Wording: consent.Wording{ID: "w", Version: "1"}, Scope: scope}
	}
	c := linked()
	c.Choices = []consent.Choice{choice("C-1", false), choice("C-2", true), choice("C-3", false)}
	c.Choices[2].Withdrawn = referraltest.Day(8)
	read := across(t, c)
	kept := register.New("P-1", referraltest.AllowAll{})
	require.NoError(t, kept.Open(consent.England, referraltest.By(sp.RoleLinkWorker, 1)))
	lost, err := read.ReplayChoices(kept, taker)
	require.NoError(t, err)
	require.Empty(t, lost)
	require.Equal(t, read.Choices, kept.Choices())
	lost, err = read.Replay(referral.NewCase(referral.New("R-1", referraltest.AllowAll{})), referraltest.AllowAll{}, taker)
	require.NoError(t, err)
	require.Empty(t, lost.Under("choices"))

	late := register.New("P-1", referraltest.AllowAll{})
	require.NoError(t, late.Open(consent.England, referraltest.By(sp.RoleLinkWorker, 5)))
	lost, err = read.ReplayChoices(late, taker)
	require.NoError(t, err)
	require.Equal(t, "choices[0].at: coarsened: when the register was opened here", lost.Under("choices[0]").String())
	require.Equal(t, referraltest.Day(5), late.Choices()[0].At)
	require.Equal(t, referraltest.Day(8), late.Choices()[2].Withdrawn)

	n := 0
	for range kept.History() {
		n++
	}
	c.Choices[0].Withdrawn = referraltest.Day(50)
	read = across(t, c)
	for range 2 {
		lost, err = read.ReplayChoices(kept, taker)
		require.NoError(t, err)
		require.Empty(t, lost)
	}
	require.Equal(t, referraltest.Day(50), kept.Choices()[0].Withdrawn)
	for range kept.History() {
		n--
	}
	require.Equal(t, -1, n, "that it was withdrawn since, once")

	_, err = read.ReplayChoices(register.New("P-2", referraltest.AllowAll{}), taker)
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = read.ReplayChoices(register.New("P-1", referraltest.AllowAll{}), taker)
	require.ErrorIs(t, err, sp.ErrInvalid, "nobody has opened it")
	for i := range read.Choices {
		read.Choices[i].ID, read.Choices[i].Wording = "C-9", consent.Wording{}
	}
	lost, err = read.ReplayChoices(kept, taker)
	require.NoError(t, err)
	require.Equal(t, "choices[0]: refused: choose there (warning)\nchoices[1]: refused: choose there (error)\nchoices[2]: refused: choose there (warning)", lost.String(), "somebody said no")
}

// What no resource says, or no command records, is lost with a word, and not in silence.
func TestCaseReplayReportsWhatItCannotRestore(t *testing.T) {
	c := linked()
	c.Placements[0].Group, c.Placements[0].State = "G-1", placement.StateOffered
	c.Referral.FirstContact = referraltest.Day(2)
	c.Answers = []fhir.Answers{{Filled: "M-1", Person: "P-1", At: referraltest.Day(9), Instrument: "phq-9"}}
	c.Scores = []fhir.Score{{Filled: "M-1", Person: "P-1", At: referraltest.Day(9)}}
	kept := referral.NewCase(referral.New("R-1", referraltest.AllowAll{}))
	lost, err := c.Replay(kept, referraltest.AllowAll{}, taker)
	require.NoError(t, err)
	for path, want := range map[string]string{
		"placements[0].group":   "placements[0].group: dropped: group here (warning)",
		"referral.firstContact": "referral.firstContact: defaulted: channel unknown here",
		"choices":               "choices: dropped: choices here (warning)",
		"scores":                "scores: dropped: scores here",
		"answers":               "answers: dropped: answers here (warning)",
		"plans":                 "plans: dropped: plans here",
	} {
		require.Equal(t, want, lost.Under(path).String())
	}
	require.Empty(t, kept.Placements[0].Group())
	for e := range kept.Referral.History() {
		if x, ok := e.Event.(referral.Contacted); ok {
			require.Equal(t, person.Channel("unknown"), x.Channel)
			require.Equal(t, referraltest.Day(2), e.Stamp.At)
		}
	}
}

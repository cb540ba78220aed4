package catalogue_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/store"
)

// ignored are the events of the machines below that no indicator reads, and why.
var ignored = map[string]string{
	"referral.triaged":              "what counts is the decision that follows",
	"referral.withdrawal-asked":     "what counts is that it was withdrawn",
	"referral.prioritised":          "no indicator is by urgency yet",
	"referral.attempted":            "what counts is that the person was spoken to",
	"referral.checked-in":           "how somebody is who waits, for the work list",
	"referral.options-shown":        "no indicator of the list counts what was shown",
	"referral.placement-proposed":   "placement.proposed says the same of the placement",
	"referral.hand-over-offered":    "what counts is that a team took it over",
	"referral.hand-over-answered":   "what counts is that a team took it over",
	"referral.follow-up-planned":    "for the work list",
	"referral.followed-up":          "for the work list",
	"referral.follow-up-called-off": "for the work list",
	"placement.disclosed":           "of what was told, adjustments count, which none of the fixture is",
	"placement.wait-listed":         "what counts is when the person was there",
	"placement.stepped":             "how much the next session asks of the person",
	"placement.feedback-sent":       "feedback that counts is that to the referrer",
	"session.explained":             "why a session was missed, once somebody asked",
	"assessment.rated":              "no indicator is by severity yet",
	"assessment.ordered":            "no indicator is by order yet",
	"assessment.resolved":           "needs of a referral say what became of them",
	"assessment.series-planned":     "for the work list",
	"assessment.points-skipped":     "whoever was not measured again counts as that",
	"assessment.closed":             "a measurement counts whether or not more follow",
	"award.agreed":                  "money of awards is counted from contracts, by package evaluation/tables",
	"award.paid":                    "money of awards is counted from contracts, by package evaluation/tables",
	"award.spent":                   "money of awards is counted from contracts, by package evaluation/tables",
	"award.vired":                   "money of awards is counted from contracts, by package evaluation/tables",
	"award.extended":                "money of awards is counted from contracts, by package evaluation/tables",
	"award.recovered":               "money of awards is counted from contracts, by package evaluation/tables",
	"award.renewal-decided":         "notice of awards is counted from contracts, by package evaluation/tables",
	"award.closed":                  "money of awards is counted from contracts, by package evaluation/tables",
	"voice.erased":                  "what was said goes on to count",
}

// machines are the kinds of aggregates of which facts are declared; of permissions that are
// the events in permissions.
var (
	machines    = []string{"referral", "placement", "session", "assessment", "voice", "permission", "award"}
	permissions = []string{"permission.opened", "permission.chosen", "permission.withdrawn", "permission.more-requested", "permission.request-answered"}
)

// whyIgnored returns why no indicator reads events of a type, empty if one does.
func whyIgnored(name string) string {
	switch machine, _, _ := strings.Cut(name, "."); {
	case !slices.Contains(machines, machine):
		return "no fact is declared of this kind: what waits for one stands in Listings"
	case machine == "permission" && !slices.Contains(permissions, name):
		return "what else is on a register is for package consent"
	}
	return ignored[name]
}

// world is a log in which everything happens.
func world(t *testing.T) []store.RecordedEvent {
	t.Helper()
	var all []store.RecordedEvent
	for e, err := range (evaluationtest.World{Seed: 5, Referrals: 300}).Log() {
		require.NoError(t, err)
		all = append(all, e)
	}
	return all
}

func countAll(t *testing.T, o evaluation.Options, indicators []evaluation.Indicator, events []store.RecordedEvent, but store.EventType) *evaluation.Counts {
	t.Helper()
	r, err := evaluation.New(o, indicators...)
	require.NoError(t, err)
	for _, e := range events {
		if e.Type != but {
			require.NoError(t, r.Add(e))
		}
	}
	counts, err := r.Count(t.Context())
	require.NoError(t, err)
	return counts
}

// Every event that was ever stored changes some count when it is gone, or is listed with the
// reason why not.
func TestTheCatalogueCountsEveryEventOrSaysWhyNot(t *testing.T) {
	tier.Unraced(t)
	events := world(t)
	o := evaluation.Options{AsOf: evaluationtest.End}
	indicators := catalogue.All(catalogue.Standards{})
	want := countAll(t, o, indicators, events, "")
	there := map[string]bool{}
	for _, e := range events {
		there[string(e.Type)] = true
	}
	stored, err := os.ReadFile("../../internal/repo/testdata/stored.txt")
	require.NoError(t, err)
	names := map[string]bool{}
	for line := range strings.SplitSeq(string(stored), "\n") {
		if name, _, found := strings.Cut(line, " "); found && !strings.HasPrefix(line, "#") {
			names[name] = true
		}
	}
	for name := range names {
		if whyIgnored(name) == "" {
			require.True(t, there[name], "%s is in no fixture, and nobody says why it does not count", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(there)) {
		got := countAll(t, o, indicators, events, store.EventType(name))
		if same := equal(t, want, got); same != (whyIgnored(name) != "") {
			t.Errorf("%s: counts are the same without it: %t; why it is ignored: %q", name, same, whyIgnored(name))
		}
	}
}

func equal(t *testing.T, a, b *evaluation.Counts) bool {
	t.Helper()
	x, err := a.MarshalBinary()
	require.NoError(t, err)
	y, err := b.MarshalBinary()
	require.NoError(t, err)
	return string(x) == string(y)
}

// Each indicator gives every answer that it can, and a deadline that moves by a day changes
// what it counts: so no rule is always or never true.
func TestTheCatalogueReachesEveryAnswerOnBothSidesOfEachDeadline(t *testing.T) {
	tier.Unraced(t)
	events := world(t)
	indicators := catalogue.All(catalogue.Standards{})
	both := map[string]bool{}
	for month := range tier.Pick(4, 16, 16) {
		counts := countAll(t, asOf(4*month%17), indicators, events, "")
		figures, err := counts.Figures(evaluation.Precision{}, indicators...)
		require.NoError(t, err)
		for _, f := range figures {
			share := f.Unit == evaluation.Share && f.Category == ""
			if n, of := f.Estimate.Numerator, f.Estimate.Denominator; of > 0 && (!share || n > 0 && n < of) {
				both[f.Indicator] = true
			}
		}
	}
	for _, i := range indicators {
		require.True(t, both[i.ID], "%s is always the same", i.ID)
	}
	var moved []evaluation.Indicator // each with a window, as it is and by a day to either side
	unseen := map[string]bool{}
	for _, i := range indicators {
		if i.Window == (evaluation.Window{}) {
			continue
		}
		for _, by := range []int{0, -1, 1} {
			m := i
			m.ID = fmt.Sprint(i.ID, by)
			if m.Window.Workdays > 0 {
				m.Window.Workdays += by
			} else {
				m.Window.Days += by
			}
			moved, unseen[m.ID] = append(moved, m), by != 0
		}
	}
	for n := 0; n < 400 && slices.Contains(slices.Collect(maps.Values(unseen)), true); n++ {
		of := countAll(t, evaluation.Options{AsOf: asOf(0).AsOf.Add(n)}, moved, events, "").Of
		for k := 0; k < len(of); k += 3 {
			for _, other := range of[k+1 : k+3] {
				if !maps.EqualFunc(of[k].Groups, other.Groups, maps.Equal[evaluation.Tally]) {
					unseen[other.ID] = false
				}
			}
		}
	}
	for id, still := range unseen {
		require.False(t, still, "%s: a deadline that moves by a day changes nothing", id)
	}
}

// asOf is the end of a month of the log.
func asOf(month int) evaluation.Options {
	return evaluation.Options{AsOf: sp.NewDate(2025, time.December, 31).AddMonths(month)}
}

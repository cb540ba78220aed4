package triage_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/triage"
)

var (
	lancaster = geo.Area{Code: "E07000121", Boundary: 2023}
	preston   = geo.Area{Code: "E07000123", Boundary: 2023}
	criteria  = triage.Criteria{Name: "bay-2026-1", List: []triage.Criterion{
		triage.Ages("adult", "must be 18 or older", directory.Years(18), 0),
		triage.Lives("lives-here", "must live in the district of Lancaster", lancaster),
		triage.Helps("our-needs", "must need something we know of", needs.Loneliness, needs.Debt),
	}}
)

func profile(age int, home ...geo.Area) person.Profile {
	p := person.Profile{ID: "P-1", Home: directory.Home{Areas: home}}
	if age > 0 {
		p.Age = sp.Know(directory.Years(age))
	}
	return p
}

// A referral of a sixteen-year-old whose address nobody has asked for yet.
func Example() {
	r := referraltest.Referral("R-1", referral.StateReceived)
	verdict := triage.Judge(criteria, r, profile(16))
	for _, c := range verdict.Failed {
		fmt.Println("no:     ", c.Says)
	}
	for _, c := range verdict.Unknown {
		fmt.Println("unknown:", c.Says)
	}
	worker := referraltest.By(sp.RoleLinkWorker, 1)
	fmt.Println(r.Triage(verdict.Triaged, worker), referral.NewCase(r).Decline(verdict.Refusal(), worker))
	fmt.Println(r.State(), "because", r.Reason().Means(), "- then", r.Reason().Effect)
	// Output:
	// no:      must be 18 or older
	// unknown: must live in the district of Lancaster
	// <nil> <nil>
	// declined because the service is not for this person - then rematch
}

func TestAVerdictIsNoIfOneCriterionSaysNoAndUnknownBeforeItIsYes(t *testing.T) {
	for _, tt := range []struct {
		name    string
		profile person.Profile
		want    sp.Truth
		failed  []string
		unknown []string
	}{
		{"an adult of the district", profile(40, lancaster), sp.Yes, nil, nil},
		{"an adult of another district", profile(40, preston), sp.No, []string{"lives-here"}, nil},
		{"an adult known by a ward only", profile(40, geo.Area{Code: "E05000001", Boundary: 2023}), sp.Unknown, nil, []string{"lives-here"}},
		{"a district of another year does not compare", profile(40, geo.Area{Code: "E07000123", Boundary: 2011}), sp.Unknown, nil, []string{"lives-here"}},
		{"a district of another country does not compare", profile(40, geo.Area{Code: "W06000015", Boundary: 2023}), sp.Unknown, nil, []string{"lives-here"}},
		{"one of two homes is enough", profile(40, preston, lancaster), sp.Yes, nil, nil},
		{"nothing is known", profile(0), sp.Unknown, nil, []string{"adult", "lives-here"}},
		{"a child, and nothing else is known", profile(12), sp.No, []string{"adult"}, []string{"lives-here"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := referraltest.Referral("R-1", referral.StateReceived)
			v := triage.Judge(criteria, r, tt.profile)
			require.Equal(t, tt.want, v.Fits)
			require.Equal(t, tt.failed, v.Triaged.Failed)
			require.Equal(t, tt.unknown, v.Triaged.Unknown)
			require.NoError(t, r.Triage(v.Triaged, referraltest.By(sp.RoleLinkWorker, 1)))
			if tt.want != sp.No {
				require.ErrorIs(t, referral.NewCase(r).Decline(v.Refusal(), referraltest.By(sp.RoleLinkWorker, 1)), sp.ErrInvalid, "there is no reason to decline")
			}
		})
	}
	a := referraltest.Submission("R-2")
	a.Reasons = []needs.Code{needs.Grief}
	r, err := referraltest.Receive(a, referraltest.AllowAll{}, referraltest.By(sp.RoleReferrer, 0))
	require.NoError(t, err)
	v := triage.Judge(criteria, r, profile(40, lancaster))
	require.Equal(t, reason.Because(reason.OutsideRemit), v.Refusal())
}

func TestAgesAreFromTheFirstYearAndUnderTheLast(t *testing.T) {
	for years, want := range map[int]sp.Truth{17: sp.No, 18: sp.Yes, 24: sp.Yes, 25: sp.No} {
		young := triage.Ages("young-adult", "must be from 18 to 24", directory.Years(18), directory.Years(25))
		require.Equal(t, want, young.Test(nil, profile(years)), "%d", years)
	}
}

func TestJudgeComparesNoCodeOfAnAreaThatIsTooShortToNameItsKind(t *testing.T) {
	here, short := geo.Area{Code: "E07000121", Boundary: 2023}, geo.Area{Code: "E0", Boundary: 2023}
	require.Equal(t, sp.Unknown, triage.Lives("here", "must live here", here).Test(nil, person.Profile{Home: directory.Home{Areas: []geo.Area{short}}}))
	require.Equal(t, sp.Unknown, triage.Lives("here", "must live here", short).Test(nil, person.Profile{Home: directory.Home{Areas: []geo.Area{here}}}))
}

func TestTriageAndTheDirectoryAgreeOnWhoLivesWhere(t *testing.T) {
	codes := []geo.Area{
		{Code: "E07000121", Boundary: 2021},
		{Code: "E07000122", Boundary: 2021},
		{Code: "E07000122"},
		{Code: "E05009999"},
		{Code: "W06000001"},
		{Code: "LANCASTER"},
		{Code: "LANGDALE"},
		{Code: "E0"},
	}
	for _, served := range codes {
		for _, home := range codes {
			h := directory.Home{Areas: []geo.Area{home}}
			want := directory.ServiceArea{Areas: []geo.Area{served}}.Covers(h)
			require.Equal(t, want, triage.Lives("here", "must live here", served).Test(nil, person.Profile{Home: h}), "%s in %s", home, served)
		}
	}
}

func TestAVerdictThatContradictsItsFindingsIsNotKept(t *testing.T) {
	for _, tt := range []struct {
		name    string
		verdict referral.Triaged
	}{
		{"a no of which nothing failed", referral.Triaged{Criteria: "bay-1", Fits: sp.No}},
		{"a yes of which something failed", referral.Triaged{Criteria: "bay-1", Fits: sp.Yes, Failed: []string{"adult"}}},
		{"a yes of which something must be asked", referral.Triaged{Criteria: "bay-1", Fits: sp.Yes, Unknown: []string{"adult"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := referraltest.Referral("R-1", referral.StateReceived)
			require.ErrorIs(t, r.Triage(tt.verdict, referraltest.By(sp.RoleLinkWorker, 1)), sp.ErrInvalid)
		})
	}
}

func TestACriterionWithoutATestIsForSomebodyToAsk(t *testing.T) {
	asked := triage.Criteria{Name: "bay-2026-2", List: []triage.Criterion{criteria.List[0], {Code: "wishes-it", Says: "must wish it themself"}}}
	v := triage.Judge(asked, referraltest.Referral("R-1", referral.StateReceived), profile(40))
	require.Equal(t, sp.Unknown, v.Fits)
	require.Empty(t, v.Failed)
	require.Equal(t, []string{"wishes-it"}, v.Triaged.Unknown)
}

func TestPreviewJudgesAFormAsTheReferralWouldBe(t *testing.T) {
	criteria := triage.Criteria{Name: "bay-2026-1", List: []triage.Criterion{
		triage.Ages("adult", "must be 18 or older", directory.Years(18), 0), triage.Helps("remit", "must need company", needs.Loneliness),
	}}
	form := referral.Submission{Person: "P-1", Urgency: referral.Routine, Reasons: []needs.Code{needs.Debt}}
	gp := referraltest.By(sp.RoleReferrer, 0)
	verdict, err := triage.Preview(criteria, form, person.Profile{Age: sp.Know(directory.Years(40))}, gp)
	require.NoError(t, err)
	require.Equal(t, sp.No, verdict.Fits)
	require.Equal(t, "must need company", verdict.Failed[0].Says)

	r := referral.New("R-1", referraltest.AllowAll{})
	require.NoError(t, r.Receive(form, gp))
	require.Equal(t, triage.Judge(criteria, r, person.Profile{Age: sp.Know(directory.Years(40))}).Triaged, verdict.Triaged)

	verdict, err = triage.Preview(criteria, form, person.Profile{}, gp)
	require.NoError(t, err)
	require.Equal(t, "adult", verdict.Unknown[0].Code, "what is not known is asked")
	form.Reasons = nil
	_, err = triage.Preview(criteria, form, person.Profile{}, gp)
	require.ErrorContains(t, err, "reasons must not be empty")
}

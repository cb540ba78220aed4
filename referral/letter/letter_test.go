package letter_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/internal/goldentest"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/crosswalk"
	"github.com/socialprescribing/sp/referral/letter"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/referral/words"
	"github.com/socialprescribing/sp/store"
)

// A gardening charity sees that nobody answered, and not what the person needs.
func Example() {
	p := referraltest.Placement("PL-1", placement.StateLapsed)
	charity := sp.Actor{ID: "garden-1", Role: sp.RoleProvider, For: "bay/green"}
	view := letter.Look(p, crosswalk.FHIRTask(), charity, "", referraltest.Only{letter.FieldStatus})
	fmt.Println(view.Status, view.Needs, len(view.Withheld))
	// Output:
	// cancelled [] 6
}

func TestAViewShowsAReaderWhatThePermissionAllowsAndNoMore(t *testing.T) {
	p := referraltest.Placement("PL-1", placement.StateStopped)
	reader := sp.Actor{ID: "garden-1", Role: sp.RoleProvider, For: "bay/green"}
	everything := letter.Look(p, crosswalk.Findhelp(), reader, "", everything{})
	require.Empty(t, everything.Withheld)
	require.Equal(t, directory.ID("bay/garden"), everything.Service)
	require.Equal(t, reason.Illness, everything.Reason.Code)

	nothing := letter.Look(p, crosswalk.Findhelp(), reader, "", nil)
	require.Len(t, nothing.Withheld, 7)
	require.Empty(t, nothing.Status)
	require.Empty(t, nothing.Needs)
	for _, w := range nothing.Withheld {
		require.ErrorIs(t, w.Why, sp.ErrDenied)
	}
}

// long is a case in which much has happened.
func long(t *testing.T) *referral.Case {
	t.Helper()
	worker := func(n int) sp.Stamp { return referraltest.By(sp.RoleLinkWorker, n) }
	provider := func(n int) sp.Stamp { return referraltest.By(sp.RoleProvider, n) }
	all := everything{}
	r := referraltest.Referral("R-1", referral.StateAccepted)
	c := referral.NewCase(r)
	ok := func(err error) { t.Helper(); require.NoError(t, err) }
	ok(r.Attempt(person.Phone, worker(2)))
	ok(r.Contact(person.Phone, 20, worker(3)))
	ok(r.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Crisis, To: "crisis-team"}, worker(3)))
	ok(r.AcceptHandOver("F-1", "crisis-team", "", sp.By(sp.Actor{ID: "nurse-1", Role: sp.RoleProvider, For: "crisis-team"}, referraltest.Day(3))))
	ok(r.Contact(referral.Visit, 40, worker(5)))
	ok(r.Assess("A-1", []needs.Code{needs.Loneliness, needs.Debt, needs.Housing}, nil, worker(5)))
	ok(r.NothingFound(needs.Housing, reason.Because(reason.NoCapacity), worker(6)))
	debt, err := c.Propose(placement.Proposal{ID: "PL-1", Service: "bay/advice", Provider: "bay/cab", Needs: []needs.Code{needs.Debt}}, worker(6))
	ok(err)
	ok(debt.Offer(placement.Sending{Level: placement.Signpost}, nil, worker(6)))
	ok(debt.Lapse(worker(30)))
	garden, err := c.Propose(referraltest.Proposal("PL-2"), worker(6))
	ok(err)
	ok(garden.Offer(referraltest.Sending(), all, worker(6)))
	ok(garden.WaitList(0, provider(7)))
	ok(garden.Accept(provider(9)))
	x, err := referraltest.PlanSession(garden, "S-1", referraltest.Day(14), provider(9))
	ok(err)
	ok(x.Miss(session.Anxiety, provider(14)))
	ok(garden.MoveTo(session.Accompanied, session.Anxiety, worker(15)))
	y, err := referraltest.PlanSession(garden, "S-2", referraltest.Day(21), provider(15))
	ok(err)
	ok(y.Attend(session.Attended{Minutes: 60, Accompanied: true}, provider(21)))
	ok(garden.Start(provider(21)))
	ok(garden.Complete(needs.Result{Outcome: needs.Met}, provider(60)))
	ok(r.PlanFollowUp(sp.NewDate(2026, 8, 1), worker(60)))
	c.Sessions = append(c.Sessions, x, y)
	ok(c.Close(needs.Result{Outcome: needs.PartlyMet, Unmet: []needs.Code{needs.Debt, needs.Housing}}, worker(61)))
	return c
}

var wording = letter.Wording{Service: func(id directory.ID) string {
	return map[directory.ID]string{"bay/garden": "the garden group", "bay/advice": "the advice centre"}[id]
}}

func TestTheMessageBackTellsTheReferrerWhatBecameOfIt(t *testing.T) {
	m := letter.MessageBack(long(t), wording, everything{}, referraltest.Day(62))
	require.Equal(t, "referrer-1", m.To.ID)
	require.Empty(t, m.Withheld)
	var text strings.Builder
	text.WriteString(m.String())
	for _, c := range m.Codes {
		fmt.Fprintf(&text, "\n%s %s", c, c.Display)
	}
	goldentest.Equal(t, "testdata/message.txt", text.String()+"\n")
}

func TestMessageBackHoldsBackWhatTheReferrerMayNotSee(t *testing.T) {
	m := letter.MessageBack(long(t), wording, referraltest.Only{letter.FieldContact}, referraltest.Day(62))
	require.Equal(t, []consent.Item{{Field: letter.FieldContact}}, m.Items(), "as a register notes it")
	require.Len(t, m.Paragraphs, 2)
	require.NotContains(t, m.String(), "garden")
	require.NotEmpty(t, m.Withheld)
	require.Len(t, letter.MessageBack(long(t), wording, nil, referraltest.Day(62)).Paragraphs, 1)
}

func TestMessageBackOfAnEndedCaseDoesNotSayYet(t *testing.T) {
	for _, tt := range []struct {
		state referral.State
		may   consent.Permission
		want  string
	}{
		{referral.StateReceived, everything{}, "Not spoken to yet, after 60 days and 0 attempts."},
		{referral.StateDeclined, everything{}, "Not spoken to, after 0 attempts."},
		{referral.StateDeclined, referraltest.Only{letter.FieldContact}, "Not spoken to yet, after 60 days and 0 attempts."},
	} {
		c := referral.NewCase(referraltest.Referral("R-1", tt.state))
		m := letter.MessageBack(c, wording, tt.may, referraltest.Day(60))
		require.Equal(t, []string{tt.want}, m.Paragraphs[1].Lines, tt.state)
	}
}

func TestMessageBackSaysOfWhomTheAttendanceListTellsThatTheyHaveStarted(t *testing.T) {
	c := referral.NewCase(referraltest.Referral("R-1", referral.StateActive))
	p, err := c.Propose(referraltest.Proposal("PL-1"), referraltest.By(sp.RoleLinkWorker, 4))
	require.NoError(t, err)
	require.NoError(t, p.Offer(referraltest.Sending(), everything{}, referraltest.By(sp.RoleLinkWorker, 5)))
	require.NoError(t, p.Accept(referraltest.By(sp.RoleProvider, 6)))
	x, err := referraltest.PlanSession(p, "S-1", referraltest.Day(10), referraltest.By(sp.RoleProvider, 7))
	require.NoError(t, err)
	c.Sessions = append(c.Sessions, x)
	told := func() string {
		return letter.MessageBack(c, wording, everything{}, referraltest.Day(60)).String()
	}
	require.Contains(t, told(), ": accepted.")
	require.NoError(t, x.Attend(session.Attended{}, referraltest.By(sp.RoleProvider, 10)))
	require.Contains(t, told(), ": started.")
	require.NoError(t, x.EnterInError(reason.Because(reason.Mistake), referraltest.By(sp.RoleProvider, 11)))
	require.Contains(t, told(), ": accepted.")
}

func TestAStoryOfACaseWithoutAReferralTellsNothing(t *testing.T) {
	m := letter.MessageBack(&referral.Case{}, wording, everything{}, referraltest.Day(60))
	require.Empty(t, m.Paragraphs)
	story := letter.Story(&referral.Case{}, wording, sp.Actor{}, everything{})
	lines, withheld := story.Lines, story.Withheld
	require.Empty(t, lines)
	require.Empty(t, withheld)
}

func TestMessageBackDoesNotCountZeroDays(t *testing.T) {
	c := referral.NewCase(referraltest.Referral("R-1", referral.StateReceived))
	m := letter.MessageBack(c, wording, everything{}, referraltest.Day(0).Add(5*time.Hour))
	require.Equal(t, []string{"Not spoken to yet, after less than a day and 0 attempts."}, m.Paragraphs[1].Lines)

	require.NoError(t, c.Referral.Accept("ann", referraltest.By(sp.RoleLinkWorker, 0)))
	require.NoError(t, c.Referral.Contact(person.Phone, 30, referraltest.By(sp.RoleLinkWorker, 0)))
	m = letter.MessageBack(c, wording, everything{}, referraltest.Day(1))
	require.Equal(t, []string{"First spoken to on 2 March 2026, after less than a day; 1 conversation, 30 minutes in all."}, m.Paragraphs[1].Lines)
}

func TestAStoryCallsWhatHasNoNameByItsIdentifier(t *testing.T) {
	nameless := letter.Wording{Service: func(directory.ID) string { return "" }, Need: func(needs.Code) string { return "" }}
	got := letter.MessageBack(long(t), nameless, everything{}, referraltest.Day(62))
	want := letter.MessageBack(long(t), letter.Wording{}, everything{}, referraltest.Day(62))
	require.Equal(t, want.String(), got.String())
}

func TestMessageBackCodesThePersonsOwnNoAsSuch(t *testing.T) {
	c := referral.NewCase(referraltest.Referral("R-1", referral.StateWithdrawn))
	m := letter.MessageBack(c, wording, everything{}, referraltest.Day(9))
	require.Equal(t, []sp.Code{{System: "http://snomed.info/sct", Code: "871711000000103", Display: "Social prescribing declined"}}, m.Codes)
	for _, code := range m.Codes {
		_, err := sp.ParseSCTID(code.Code)
		require.NoError(t, err)
	}
}

// aloud is a link worker who reads the story with the person.
var aloud = sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}

func TestTheStoryIsToldInPlainSentences(t *testing.T) {
	var text strings.Builder
	story := letter.Story(long(t), wording, aloud, everything{})
	lines, withheld := story.Lines, story.Withheld
	require.Empty(t, withheld)
	for _, line := range lines {
		text.WriteString(line.Day + ": " + line.Text + "\n")
	}
	goldentest.Equal(t, "testdata/story.txt", text.String())
}

func TestTheStorySpeaksToThePersonAndNotOfThem(t *testing.T) {
	for _, why := range reason.List() {
		c := referral.NewCase(referraltest.Referral("R-1", referral.StateActive))
		require.NoError(t, c.Referral.Attempt(referral.Visit, referraltest.By(sp.RoleLinkWorker, 4)))
		if why.Code == reason.Died {
			require.NoError(t, c.RecordDeath(referraltest.By(sp.RoleLinkWorker, 5)))
		} else {
			require.NoError(t, c.Withdraw(why.Reason, referraltest.By(sp.RoleLinkWorker, 5)))
		}
		lines := letter.Story(c, wording, aloud, everything{}).Lines
		require.Contains(t, lines, letter.Line{
			Day: "6 March 2026", Text: "We came to see you and did not find you.", On: sp.NewDate(2026, 3, 6), Kind: referral.EventAttempted, Who: sp.RoleLinkWorker, Next: "We try again.",
		})
		told := lines[len(lines)-1].Text
		require.Contains(t, told, ", because ")
		if why.Code != reason.Died { // which is told to those who are left
			require.NotContains(t, told, "person", why.Code)
		}
	}
}

func TestAStoryHasASentenceForEveryEventOrAReasonForSilence(t *testing.T) {
	silent := []store.EventType{
		referral.EventTriaged, referral.EventPrioritised, referral.EventPlacementProposed, referral.EventFeedbackSent, referral.EventFeedbackAcknowledged, referral.EventFeedbackCoded, referral.EventEnteredInError,
		placement.EventStarted, placement.EventFeedbackSent, placement.EventAdjustmentsNoted, placement.EventEnteredInError,
		session.EventPlanned, session.EventExplained, session.EventEnteredInError,
	}
	told := map[store.EventType]bool{}
	world := referraltest.NewWorld(2)
	for _, c := range append(world.Cases, long(t)) {
		lines := 0
		for _, e := range c.Timeline() {
			if !slices.Contains(silent, e.Event.EventType()) {
				told[e.Event.EventType()] = true
				lines++
			}
		}
		story := letter.Story(c, letter.Wording{}, aloud, everything{}).Lines
		require.Len(t, story, lines, c.Referral.ID())
	}
	require.Greater(t, len(told), 20)
}

func TestAStorySaysOnWhichAuthoritySomethingWasTold(t *testing.T) {
	for authority, said := range map[consent.Authority]string{
		"": "On which authority was not noted.", consent.Agreement: "With your agreement we told them", consent.Implied: "As part of your care we told them",
		consent.Overrides: "To keep somebody safe we told them", consent.Statutory: "Because the law requires it we told them",
	} {
		c := referral.NewCase(referraltest.Referral("R-1", referral.StateActive))
		p, err := c.Propose(referraltest.Proposal("PL-1"), referraltest.By(sp.RoleLinkWorker, 4))
		require.NoError(t, err)
		sending := referraltest.Sending()
		sending.Authority = authority
		require.NoError(t, p.Offer(sending, everything{}, referraltest.By(sp.RoleLinkWorker, 5)))
		require.NoError(t, p.Accept(referraltest.By(sp.RoleProvider, 6)))
		lines := letter.Story(c, wording, aloud, everything{}).Lines
		require.Contains(t, lines[len(lines)-2].Text, said)
		require.NotContains(t, lines[len(lines)-1].Text, "place", "a yes is no place that is kept")
		require.NoError(t, p.Disclose(placement.Disclosure{Items: []placement.Item{{Field: "telephone-number"}}, Authority: authority}, everything{}, referraltest.By(sp.RoleLinkWorker, 7)))
		lines = letter.Story(c, wording, aloud, everything{}).Lines
		require.Contains(t, lines[len(lines)-1].Text, said)
		require.Contains(t, lines[len(lines)-1].Text, "telephone number as well")
	}
}

func TestAStorySaysThatSomebodyWasOnlyAsked(t *testing.T) {
	c := referral.NewCase(referraltest.Referral("R-1", referral.StateActive))
	p, err := c.Propose(referraltest.Proposal("PL-1"), referraltest.By(sp.RoleLinkWorker, 4))
	require.NoError(t, err)
	require.NoError(t, p.Offer(placement.Sending{Level: placement.FullReferral, OnceYes: []placement.Item{{Field: "name"}}}, everything{}, referraltest.By(sp.RoleLinkWorker, 5)))
	lines := letter.Story(c, wording, aloud, everything{}).Lines
	require.Contains(t, lines[len(lines)-1].Text, "told them nothing about you yet")
}

func TestASchemeReplacesTheSentencesOfAStory(t *testing.T) {
	c := referral.NewCase(referraltest.Referral("R-1", referral.StateActive))
	w := letter.Wording{Words: words.Table{words.Story: {"referral.accepted": "Mae gweithiwr cyswllt gyda chi."}, words.Parts: {"about": " am {needs}"}}}
	lines := letter.Story(c, w, aloud, everything{}).Lines
	require.Equal(t, "We were asked to get in touch with you am loneliness and debt.", lines[0].Text)
	require.Equal(t, "Mae gweithiwr cyswllt gyda chi.", lines[1].Text)
}

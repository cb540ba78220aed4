package letter_test

import (
	"fmt"
	"math/bits"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/internal/tier"
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
)

// A secret is everything that a field of a case can hold.
type secret struct {
	from      sp.Role // who asked
	need      needs.Code
	service   directory.ID
	step      session.Step
	reason    string
	outcome   needs.Outcome
	going     bool // neither the case nor its last placement has ended, nor any search
	withdrawn bool // the case was withdrawn, and not closed
	spoken    int
	flag      concern.Kind
}

var plain = secret{
	from: sp.RoleReferrer, need: needs.DomesticAbuse, service: "bay/refuge", step: session.Home, reason: reason.PersonsChoice,
	outcome: needs.NotMet, spoken: 1, flag: concern.Safeguarding,
}

// other is the same case with something else in one field.
func (s secret) other(field string) secret {
	switch field {
	case letter.FieldStatus:
		s.going = true
	case letter.FieldService:
		s.service = "bay/choir"
	case letter.FieldNeeds:
		s.need = needs.Loneliness
	case letter.FieldStep:
		s.step = session.SmallGroup
	case letter.FieldReason:
		s.reason = reason.NoCapacity
	case letter.FieldResult:
		s.outcome = needs.UnknownOutcome
	case letter.FieldContact:
		s.spoken = 2
	case letter.FieldFlags:
		s.flag = ""
	}
	return s
}

// tell lets the case happen.
func (s secret) tell(t *testing.T) *referral.Case {
	t.Helper()
	worker := func(n int) sp.Stamp { return referraltest.By(sp.RoleLinkWorker, n) }
	provider := func(n int) sp.Stamp { return referraltest.By(sp.RoleProvider, n) }
	all, why := everything{}, reason.Because(s.reason)
	ok := func(err error) { t.Helper(); require.NoError(t, err) }
	needed := []needs.Code{s.need}

	r, err := referraltest.Receive(referral.Submission{ID: "R-1", Person: "P-1", Urgency: referral.Routine, Reasons: needed}, all, referraltest.By(s.from, 0))
	ok(err)
	c := referral.NewCase(r)
	ok(r.Accept("ann", worker(1)))
	for day := range s.spoken {
		ok(r.Attempt(person.Phone, worker(day+1)))
		ok(r.Contact(person.Phone, 20, worker(day+2)))
	}
	if s.flag != "" {
		ok(r.Raise(referral.Flagged{Flag: "F-1", Kind: s.flag, To: "lead"}, worker(4)))
		ok(r.Prioritise(referral.Urgent, worker(4)))
		ok(r.AcceptHandOver("F-1", "lead", "", sp.By(sp.Actor{ID: "nurse-1", Role: sp.RoleProvider, For: "lead"}, referraltest.Day(4))))
	}
	ok(r.Assess("A-1", needed, nil, worker(5)))
	if !s.going {
		ok(r.NothingFound(s.need, why, worker(5)))
	}
	for _, id := range []placement.ID{"PL-1", "PL-2", "PL-3"} {
		p, err := c.Propose(placement.Proposal{ID: id, Service: s.service + directory.ID(id), Provider: "bay/green", Needs: needed}, worker(6))
		ok(err)
		ok(p.Offer(referraltest.Sending(), all, worker(6)))
		ok(p.MoveTo(s.step, "", worker(6)))
	}
	ok(c.Placements[0].Decline(why, provider(7)))
	ok(c.Placements[1].Accept(provider(7)))
	x, err := referraltest.PlanSession(c.Placements[1], "S-1", referraltest.Day(9), provider(7))
	ok(err)
	ok(x.Cancel(why, provider(8)))
	c.Sessions = append(c.Sessions, x)
	ok(c.Placements[1].Stop(why, provider(9)))
	ok(c.Placements[2].Accept(provider(10)))
	if s.going {
		return c
	}
	ok(c.Placements[2].Complete(needs.Result{Outcome: s.outcome}, provider(20)))
	if s.withdrawn {
		ok(c.Withdraw(why, worker(30)))
	} else {
		ok(c.Close(needs.Result{Outcome: s.outcome}, worker(30)))
	}
	return c
}

// message is all that a referrer reads.
func message(c *referral.Case, permission consent.Permission) string {
	m := letter.MessageBack(c, letter.Wording{}, permission, referraltest.Day(31))
	return fmt.Sprintln(m, m.Codes, m.Withheld)
}

func story(c *referral.Case, reader sp.Role, permission consent.Permission) string {
	return fmt.Sprintln(letter.Story(c, letter.Wording{}, sp.Actor{ID: "P-1", Role: reader}, permission))
}

func views(c *referral.Case, permission consent.Permission) (text string) {
	for _, p := range c.Placements {
		for _, d := range []crosswalk.Dialect{crosswalk.FHIRTask(), crosswalk.BaRS(), crosswalk.BSeR(), crosswalk.Findhelp()} {
			text += fmt.Sprintf("%+v\n", letter.Look(p, d, sp.Actor{ID: "bay/green", Role: sp.RoleProvider}, "", permission))
		}
	}
	return text
}

var fields = []string{
	letter.FieldStatus, letter.FieldService, letter.FieldNeeds, letter.FieldStep,
	letter.FieldReason, letter.FieldResult, letter.FieldContact, letter.FieldFlags,
}

// Two cases that differ in nothing but what is withheld read the same, for every
// set of fields that a permission can allow: in the fast tier those that allow at most one
// of the other fields, or withhold at most one of them.
func TestMessageBackIsTheSameWhateverIsWithheld(t *testing.T) {
	far := tier.Pick(1, len(fields), len(fields))
	withdrawn := plain
	withdrawn.withdrawn = true
	for _, s := range []secret{plain, withdrawn} {
		one := s.tell(t)
		others := make([]*referral.Case, len(fields))
		for i, field := range fields {
			others[i] = s.other(field).tell(t)
		}
		for set := range 1 << len(fields) {
			allowed := bits.OnesCount(uint(set))
			if allowed > far && allowed < len(fields)-1-far {
				continue
			}
			var only referraltest.Only
			for j, f := range fields {
				if set&(1<<j) != 0 {
					only = append(only, f)
				}
			}
			wantMessage, wantStory, wantViews := message(one, only), story(one, sp.RoleLinkWorker, only), views(one, only)
			for i, field := range fields {
				if set&(1<<i) != 0 {
					continue
				}
				two := others[i]
				require.Equal(t, wantMessage, message(two, only), "message without %s, with %v", field, only)
				require.Equal(t, wantStory, story(two, sp.RoleLinkWorker, only), "story without %s, with %v", field, only)
				if field == letter.FieldStatus && (only.See(sp.Actor{}, "", letter.FieldReason) == nil || only.See(sp.Actor{}, "", letter.FieldResult) == nil) {
					continue // a view is field by field: who sees the reason of an end sees that there was one
				}
				require.Equal(t, wantViews, views(two, only), "view without %s, with %v", field, only)
			}
		}
	}
}

func TestMessageBackTellsWhatIsAllowed(t *testing.T) {
	all := everything{}
	for _, field := range fields {
		one, two := plain.tell(t), plain.other(field).tell(t)
		require.NotEqual(t, story(one, sp.RoleLinkWorker, all), story(two, sp.RoleLinkWorker, all), field)
		if field != letter.FieldStep {
			require.NotEqual(t, message(one, all), message(two, all), field)
		}
		if field != letter.FieldContact && field != letter.FieldFlags {
			require.NotEqual(t, views(one, all), views(two, all), field)
		}
	}
}

func TestMessageBackWithoutTheServicesTellsNothingOfLookingForThem(t *testing.T) {
	var others referraltest.Only
	for _, field := range fields {
		if field != letter.FieldService {
			others = append(others, field)
		}
	}
	c := plain.tell(t)
	require.NotContains(t, message(c, others), "Nothing found")
	require.NotContains(t, story(c, sp.RoleLinkWorker, others), "found nothing")
}

func TestMessageBackTellsNoConcernWhereThePersonItIsAboutMayReadIt(t *testing.T) {
	all := everything{}
	asked := plain
	asked.from = sp.RolePerson
	one, two := asked.tell(t), asked.other(letter.FieldFlags).tell(t)
	require.Equal(t, story(one, sp.RolePerson, all), story(two, sp.RolePerson, all))
	require.Equal(t, message(one, all), message(two, all), "to the person who asked for help")
	withheld := letter.Story(one, letter.Wording{}, sp.Actor{ID: "P-1", Role: sp.RolePerson}, all).Withheld
	require.Len(t, withheld, 1)
	require.Equal(t, letter.FieldFlags, withheld[0].Field)
	require.ErrorIs(t, withheld[0].Why, sp.ErrDenied)
}

func TestMessageBackWithoutAPermissionTellsOnlyThatSomebodyAsked(t *testing.T) {
	c := plain.tell(t)
	story := letter.Story(c, letter.Wording{}, aloud, nil)
	lines, withheld := story.Lines, story.Withheld
	require.Equal(t, []letter.Line{{
		Day: "2 March 2026", Text: "We were asked to get in touch with you.", On: sp.NewDate(2026, 3, 2), Kind: referral.EventReceived, Who: sp.RoleReferrer, Next: "A link worker gets in touch with you.",
	}}, lines)
	require.Len(t, withheld, len(fields)) // a link worker hears what is sensitive
	m := letter.MessageBack(c, letter.Wording{}, nil, referraltest.Day(31))
	require.Equal(t, "Referral R-1\n\nReferral\n  Received on 2 March 2026, routine.\n", m.String())
	require.Empty(t, m.Codes)
}

func TestMessageBackSaysAStatusWithoutItsReasonAsIfThereWereNone(t *testing.T) {
	full := referraltest.Placement("PL-1", placement.StateOffered)
	require.NoError(t, full.Decline(reason.Because(reason.NoCapacity), referraltest.By(sp.RoleProvider, 20)))
	v := letter.Look(full, crosswalk.Findhelp(), aloud, "", referraltest.Only{letter.FieldStatus})
	require.Equal(t, "Couldn't get help", v.Status)
	v = letter.Look(full, crosswalk.Findhelp(), aloud, "", referraltest.Only{letter.FieldStatus, letter.FieldReason})
	require.Equal(t, "No capacity", v.Status)
}
